package dev.tidewait.netty.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.Future;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A channel's place in the epoll instance of its event loop, and what epoll was told there. Where the kernel refuses to be told (out of watches or
 * memory, epoll_ctl(2)) the channel hears of it and is closed: one that hears nothing else must not stay. Owned by that event loop; a channel that is
 * closed by another thread (SO_LINGER) has left before.
 */
final class EpollRegistration {
    private final Channel channel;
    private @Nullable IoRegistration registration;
    /** What epoll was told. */
    private EpollIoOps told = EpollIoOps.NONE;

    private boolean wasTold;

    EpollRegistration(Channel channel) {
        this.channel = channel;
    }

    /** @param entered runs before the promise succeeds */
    void enter(EventLoop loop, EpollIoHandle handle, ChannelPromise promise, Runnable entered) {
        Future<IoRegistration> registering = ((IoEventLoop) loop).register(handle);
        if (registering.isDone()) {
            registered(registering, promise, entered);
        } else {
            registering.addListener((Future<IoRegistration> done) -> registered(done, promise, entered));
        }
    }

    private void registered(Future<IoRegistration> done, ChannelPromise promise, Runnable entered) {
        if (done.isSuccess()) {
            registration = done.getNow();
            entered.run();
            promise.setSuccess();
        } else {
            promise.setFailure(done.cause());
        }
    }

    /** Costs no system call if the descriptor is closed: that has left epoll by itself. */
    void leave() {
        IoRegistration known = registration;
        registration = null;
        told = EpollIoOps.NONE;
        if (known != null) {
            known.cancel();
        }
    }

    /** The same is not said twice. Nothing happens before {@link #enter} is done. */
    void tell(EpollIoOps wanted) {
        if (!told.equals(wanted)) {
            submit(wanted);
        }
    }

    /**
     * Has epoll look once more, although nothing new has happened since its last edge: what is there already is told in the next round, behind the
     * events of every other channel. (A task would be run before that round, with all tasks that follow it: up to a second in which no other channel
     * hears a thing.) Nothing happens before {@link #enter} is done.
     *
     * @param wanted besides what it was told already
     */
    void tellAgain(EpollIoOps wanted) {
        submit(EpollIoOps.valueOf(told.value() | wanted.value())); // with() leaves all out where one is told already
    }

    private void submit(EpollIoOps wanted) {
        IoRegistration known = registration;
        if (known == null) {
            return;
        }
        try {
            known.submit(wanted);
            told = wanted;
            wasTold = true;
        } catch (UncheckedIOException e) {
            channel.pipeline().fireExceptionCaught(e.getCause());
            channel.unsafe().close(channel.unsafe().voidPromise());
        }
    }

    /** Anything, since the channel is on this event loop. */
    boolean isTold() {
        return !told.equals(EpollIoOps.NONE);
    }

    /** Anything, on this event loop or on one before. */
    boolean wasEverTold() {
        return wasTold;
    }
}
