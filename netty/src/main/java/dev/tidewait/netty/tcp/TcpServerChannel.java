package dev.tidewait.netty.tcp;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket that accepts {@link TcpChannel}s, with TCP_NODELAY, which they inherit. Owned by its event loop, except for what
 * {@link ServerChannel} allows to any thread.
 */
public final class TcpServerChannel extends AbstractServerChannel implements UnixChannel {
    /** Accepted in one go before other channels of the loop get their turn. */
    private static final int MOST_ACCEPTS = 16;

    private static final EpollIoOps CLIENTS = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLET);
    /** One byte for the length, then address, scope and port (Netty's natives). */
    private static final int ADDRESS_BYTES = 26;

    private final Socket socket = Socket.newSocketStream();
    private final Config config = new Config();
    private final byte[] address = new byte[ADDRESS_BYTES];
    private final EpollRegistration epoll = new EpollRegistration(this);
    private volatile @Nullable InetSocketAddress local;
    private volatile boolean active;
    /** Somebody may be waiting. */
    private boolean acceptable;

    private boolean wanted;
    private boolean accepting;

    /** A socket with SO_REUSEADDR, as Netty's own: a new start must not wait for the TIME_WAIT of the last one's connections. */
    public TcpServerChannel() {
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setOption(ChannelOption.SO_REUSEADDR, true);
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return local;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isCompatible(Handle.class);
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        epoll.enter(eventLoop(), new Handle(), promise, () -> {});
    }

    @Override
    protected void doDeregister() {
        epoll.leave();
    }

    @Override
    protected void doBind(SocketAddress where) throws IOException {
        socket.bind(where);
        local = socket.localAddress();
        socket.listen(config.backlog);
        active = true;
        if (wanted) {
            tell();
        }
    }

    private void tell() {
        if (active) {
            epoll.tell(CLIENTS);
        }
    }

    @Override
    protected void doBeginRead() {
        wanted = true;
        tell();
        if (acceptable && !accepting) {
            epoll.tellAgain(CLIENTS);
        }
    }

    private boolean isWanted() {
        return wanted || config.isAutoRead();
    }

    private void accept() {
        if (accepting || !active || !isWanted()) {
            return;
        }
        accepting = true;
        Throwable failure = null;
        try {
            acceptBurst();
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        } finally {
            pipeline().fireChannelReadComplete();
            accepting = false;
        }
        if (failure != null) {
            pipeline().fireExceptionCaught(failure); // whose handler decides when to go on
        }
        if (acceptable && active && isWanted()) {
            epoll.tellAgain(CLIENTS); // the rest once the other channels of the loop have had their turn
        }
    }

    private void acceptBurst() throws IOException {
        for (int i = 0; i < MOST_ACCEPTS && active && (i == 0 || config.isAutoRead()); i++) {
            int descriptor = socket.accept(address);
            if (descriptor < 0) {
                acceptable = false;
                return;
            }
            wanted = false;
            pipeline().fireChannelRead(child(descriptor));
        }
    }

    private TcpChannel child(int descriptor) throws IOException {
        try {
            return new TcpChannel(this, descriptor, NativeInetAddress.address(address, 1, address[0]));
        } catch (RuntimeException | Error e) {
            new FileDescriptor(descriptor).close();
            throw e;
        }
    }

    @Override
    protected void doClose() throws IOException {
        active = false;
        try {
            socket.close();
        } finally {
            doDeregister();
        }
    }

    /** What epoll tells. */
    private final class Handle implements EpollIoHandle {
        @Override
        public FileDescriptor fd() {
            return socket;
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            acceptable = true;
            try {
                accept();
            } catch (RuntimeException | Error e) {
                // It would take the other events of this round with it, and those are told once.
                pipeline().fireExceptionCaught(e);
                close();
            }
        }

        /** The event loop ends. */
        @Override
        public void close() {
            unsafe().close(unsafe().voidPromise());
        }
    }

    /** Netty's common options of listening sockets. Any thread. */
    private final class Config extends SocketConfig {
        private volatile int backlog = NetUtil.SOMAXCONN;

        Config() {
            super(TcpServerChannel.this, socket);
        }

        @Override
        public Map<ChannelOption<?>, Object> getOptions() {
            return getOptions(super.getOptions(), ChannelOption.SO_BACKLOG);
        }

        @Override
        @SuppressWarnings("unchecked") // each option's type is its own
        public <T> @Nullable T getOption(ChannelOption<T> option) {
            if (option.equals(ChannelOption.SO_BACKLOG)) {
                return (T) Integer.valueOf(backlog);
            }
            return super.getOption(option);
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            validate(option, value);
            if (option.equals(ChannelOption.SO_BACKLOG)) {
                backlog = (Integer) value;
                return true;
            }
            return super.setOption(option, value);
        }

        @Override
        protected void autoReadCleared() {
            if (!isRegistered() || eventLoop().inEventLoop()) {
                wanted = false;
            } else {
                eventLoop().execute(() -> wanted = isAutoRead());
            }
        }
    }
}
