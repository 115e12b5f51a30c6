package dev.tidewait.netty;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's epoll handler with interest changes applied once per round, just before {@code epoll_wait}. Owned by one event loop.
 *
 * <p>Three reasons, in order of weight (Netty 4.2.18):
 *
 * <ol>
 *   <li>When a registration's interest drops to nothing Netty removes the descriptor from epoll but remembers it as added; the next change
 *       is an {@code EPOLL_CTL_MOD} that fails with ENOENT and takes the channel's unsent bytes with it. That hits every half-closed
 *       connection whose peer reads slowly. Here an empty interest cancels Netty's registration and the next one registers anew.
 *   <li>{@code EPOLLRDHUP} makes Netty read to the end of the input whatever {@code autoRead} says, up to {@code tcp_rmem[2]} (32 MiB) for
 *       one connection. It is never asked for here; a FIN shows as a read of 0 bytes all the same.
 *   <li>Opening and closing a connection changes the interest five to seven times; a round needs one {@code epoll_ctl} of them, often none.
 * </ol>
 *
 * Level-triggered events make the delay invisible: nothing is harvested between two rounds.
 */
final class CoalescingEpoll implements IoHandler {
    private static final Logger LOG = LoggerFactory.getLogger(CoalescingEpoll.class);

    private final IoHandler epoll;
    private List<Interest> changed = new ArrayList<>();
    private List<Interest> applying = new ArrayList<>();
    /** Interests in nothing, of which epoll does not know; kept for the end of the loop. */
    private final Set<Interest> dormant = Collections.newSetFromMap(new IdentityHashMap<>());

    private CoalescingEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        // The thread of a loop never changes, so isChangingThreadSupported() stays false.
        return (ThreadAwareExecutor loop) -> new CoalescingEpoll(factory.newHandler(loop));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        if (!changed.isEmpty()) {
            applyChanges();
        }
        return epoll.run(context);
    }

    private void applyChanges() {
        List<Interest> batch = changed;
        changed = applying;
        applying = batch;
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).apply();
        }
        batch.clear();
    }

    @Override
    public void prepareToDestroy() {
        applyChanges();
        for (Interest interest : List.copyOf(dormant)) {
            interest.closeHandle();
        }
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        IoRegistration registration = epoll.register(handle);
        return new Interest(handle, registration);
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /** What one channel wants to hear of, and what epoll was told. */
    private final class Interest implements IoRegistration {
        private final IoHandle handle;
        /** Null while epoll does not know the descriptor. */
        private @Nullable IoRegistration registration;

        private final Object attachment;
        private EpollIoOps wanted = EpollIoOps.NONE;
        private EpollIoOps applied = EpollIoOps.NONE;
        private boolean queued;
        private boolean cancelled;

        Interest(IoHandle handle, IoRegistration registration) {
            this.handle = handle;
            this.registration = registration;
            this.attachment = registration.attachment();
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the signature is Netty's
        public <T> T attachment() {
            return (T) attachment;
        }

        @Override
        public long submit(IoOps ops) {
            if (cancelled) {
                return -1;
            }
            wanted = ((EpollIoOps) ops).without(EpollIoOps.EPOLLRDHUP);
            if (!queued) {
                queued = true;
                changed.add(this);
            }
            return 0;
        }

        void apply() {
            queued = false;
            if (cancelled || wanted.equals(applied)) {
                return;
            }
            try {
                tell();
                applied = wanted;
            } catch (Exception cause) {
                LOG.warn("epoll refused a descriptor (out of watches or memory?); its connection is closed", cause);
                closeHandle();
            }
        }

        private void tell() throws Exception {
            IoRegistration known = registration;
            if (wanted.equals(EpollIoOps.NONE)) {
                if (known != null) {
                    known.cancel();
                    registration = null;
                    dormant.add(this);
                }
                return;
            }
            if (known == null) {
                dormant.remove(this);
                known = epoll.register(handle);
                registration = known;
            }
            known.submit(wanted);
        }

        private void closeHandle() {
            try {
                handle.close();
            } catch (Exception cause) {
                LOG.warn("a channel could not be closed", cause);
            }
        }

        @Override
        public boolean isValid() {
            return !cancelled;
        }

        @Override
        public boolean cancel() {
            if (cancelled) {
                return false;
            }
            cancelled = true;
            IoRegistration known = registration;
            if (known == null) {
                dormant.remove(this);
                return true;
            }
            return known.cancel();
        }
    }
}
