package dev.tidewait.netty.tcp;

import dev.tidewait.linux.TcpInfo;
import dev.tidewait.linux.TcpState;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection on Netty's epoll event loop. To its pipeline it behaves like Netty's own {@code EpollSocketChannel}; to the kernel it says less:
 *
 * <ul>
 *   <li>epoll is told once what is wanted, edge-triggered (epoll(7)): whether to read or not is remembered here. Only a write that the kernel does not
 *       take whole makes a second call.
 *   <li>No address is asked for unless somebody wants to know it, no option is read back that was set here.
 *   <li>The peer's FIN is answered with nothing: shutdown(SHUT_RD) has no effect on TCP but a system call.
 *   <li>A descriptor that is closed leaves epoll by itself.
 * </ul>
 *
 * Whatever {@code autoRead} says is obeyed, also behind the peer's FIN (EpollSocketChannel of 4.2.18 reads on, up to {@code tcp_rmem[2]}, 32 MiB, for
 * one connection). Owned by its event loop, except for what {@link Channel} allows to any thread.
 */
public final class TcpChannel extends AbstractChannel implements DuplexChannel, UnixChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

    private static final int READABLE = EpollIoOps.EPOLLIN.value();
    private static final int WRITABLE = EpollIoOps.EPOLLOUT.value();
    /** EPOLLPRI, which {@link EpollIoOps} has no name for: behind an urgent byte a read stops although there is more. */
    private static final int URGENT = 2;
    /** Of the peer, or of both ends (EPOLLHUP, which {@link EpollIoOps} has no name for). */
    private static final int ENDED = EpollIoOps.EPOLLRDHUP.value() | EpollIoOps.EPOLLERR.value() | 0x10;

    private static final EpollIoOps INPUT = EpollIoOps.valueOf(
            EpollIoOps.EPOLLIN.value() | URGENT | EpollIoOps.EPOLLRDHUP.value() | EpollIoOps.EPOLLET.value());
    private static final EpollIoOps INPUT_AND_OUTPUT = INPUT.with(EpollIoOps.EPOLLOUT);

    private final Socket socket;
    private final TcpChannelConfig config;
    private final TcpInput input;
    private final TcpOutput output;
    private @Nullable IoRegistration registration;
    /** What epoll was told. */
    private EpollIoOps told = EpollIoOps.NONE;

    private boolean wasTold;

    private volatile boolean active;
    private volatile boolean outputShutdown;
    /** The kernel knows a local address. */
    private volatile boolean bound;

    private volatile @Nullable InetSocketAddress local;
    private volatile @Nullable InetSocketAddress remote;

    private @Nullable ChannelPromise connectPromise;
    private @Nullable InetSocketAddress connectingTo;
    private @Nullable Future<?> connectTimeout;

    /** A connection that can be opened. */
    public TcpChannel(SocketProtocolFamily family) {
        this(null, LinuxSocket.newSocketStream(family), null);
        config.setOption(ChannelOption.TCP_NODELAY, true);
    }

    /** A connection that was accepted, with the options of the listening socket. */
    TcpChannel(Channel parent, int descriptor, InetSocketAddress remote) {
        this(parent, new Socket(descriptor), remote);
        active = true;
        bound = true;
    }

    private TcpChannel(@Nullable Channel parent, Socket socket, @Nullable InetSocketAddress remote) {
        super(parent);
        this.socket = socket;
        this.remote = remote;
        this.config = new TcpChannelConfig(this, socket);
        this.input = new TcpInput(this, socket);
        this.output = new TcpOutput(socket);
    }

    @Override
    public TcpChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
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

    /** The kernel's state of the connection, at the cost of a system call; {@link TcpState#UNKNOWN} once it is closed. */
    public TcpState state() {
        return isOpen() ? TcpInfo.stateOf(socket.intValue()) : TcpState.UNKNOWN;
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return (InetSocketAddress) super.remoteAddress();
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        if (local == null && bound && isOpen()) {
            local = socket.localAddress();
        }
        return local;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return remote;
    }

    // ---- epoll ----

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isCompatible(TcpUnsafe.class);
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        ((IoEventLoop) eventLoop()).register((TcpUnsafe) unsafe()).addListener((Future<IoRegistration> done) -> {
            if (done.isSuccess()) {
                registration = done.getNow();
                if (active && wasTold) {
                    tell(INPUT); // it was on an event loop before
                }
                promise.setSuccess();
            } else {
                promise.setFailure(done.cause());
            }
        });
    }

    @Override
    protected void doDeregister() {
        IoRegistration known = registration;
        registration = null;
        told = EpollIoOps.NONE;
        ((TcpUnsafe) unsafe()).writeBlocked = false;
        if (known != null) {
            known.cancel();
        }
    }

    private void tell(EpollIoOps wanted) {
        IoRegistration known = registration;
        if (known == null || told.equals(wanted)) {
            return;
        }
        try {
            known.submit(wanted);
            told = wanted;
            wasTold = true;
        } catch (UncheckedIOException e) {
            // Out of watches or memory (epoll_ctl(2)): a channel that hears nothing must not stay.
            pipeline().fireExceptionCaught(e.getCause());
            unsafe().close(voidPromise());
        }
    }

    private void happened(int what) {
        if (connectPromise != null) {
            ((TcpUnsafe) unsafe()).finishConnect();
        }
        if ((what & (WRITABLE | ENDED)) != 0) {
            ((TcpUnsafe) unsafe()).writableAgain();
        }
        if ((what & (READABLE | ENDED)) != 0 && active) {
            input.readable((what & ENDED) != 0, (what & URGENT) != 0);
        }
    }

    // ---- bytes ----

    @Override
    protected void doBeginRead() {
        if (active && told.equals(EpollIoOps.NONE)) {
            tell(INPUT);
        }
        input.wanted();
    }

    /** {@code autoRead} was switched off. Any thread. */
    void readNoMore() {
        if (!isRegistered() || eventLoop().inEventLoop()) {
            input.unwanted();
        } else {
            eventLoop().execute(() -> {
                if (!config.isAutoRead()) {
                    input.unwanted();
                }
            });
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer unsent) throws IOException {
        switch (output.write(unsent, config.getWriteSpinCount())) {
            case ALL -> {}
            case KERNEL_FULL -> {
                ((TcpUnsafe) unsafe()).writeBlocked = true;
                tell(INPUT_AND_OUTPUT);
            }
            case ENOUGH_FOR_NOW -> eventLoop().execute(((TcpUnsafe) unsafe())::flushOn);
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) throws IOException {
        if (outputShutdown) {
            throw new ChannelOutputShutdownException("written behind the FIN");
        }
        return TcpOutput.direct(message, alloc());
    }

    // ---- the end ----

    @Override
    public boolean isInputShutdown() {
        return input.hasEnded() || !isOpen();
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown || !isOpen();
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public boolean isWritable() {
        return !outputShutdown && super.isWritable();
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    /** From here on nothing is read. */
    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        return onLoop(promise, () -> {
            socket.shutdown(true, false);
            input.stop();
        });
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    /** Sends FIN; what is unsent is lost. */
    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        if (eventLoop().inEventLoop()) {
            endOutput(promise);
        } else {
            eventLoop().execute(() -> endOutput(promise));
        }
        return promise;
    }

    private void endOutput(ChannelPromise promise) {
        if (outputShutdown) {
            promise.setFailure(new ClosedChannelException());
            return;
        }
        ChannelOutboundBuffer unsent = unsafe().outboundBuffer();
        if (unsent == null || unsent.totalPendingWriteBytes() > 0 || !unsent.isEmpty()) {
            ((TcpUnsafe) unsafe()).shutdownOutput(promise); // makes an exception for what is lost
            return;
        }
        if (!promise.setUncancellable()) {
            return;
        }
        try {
            doShutdownOutput();
            promise.setSuccess();
        } catch (IOException | RuntimeException e) {
            promise.setFailure(e);
        }
        pipeline().fireUserEventTriggered(ChannelOutputShutdownEvent.INSTANCE);
    }

    @Override
    protected void doShutdownOutput() throws IOException {
        outputShutdown = true;
        socket.shutdown(false, true);
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        shutdownOutput()
                .addListener(output -> shutdownInput(newPromise()).addListener(input -> {
                    Throwable cause = output.isSuccess() ? input.cause() : output.cause();
                    if (cause == null) {
                        promise.trySuccess();
                    } else {
                        promise.tryFailure(cause);
                    }
                }));
        return promise;
    }

    private interface Step {
        void run() throws IOException;
    }

    private ChannelFuture onLoop(ChannelPromise promise, Step step) {
        if (!eventLoop().inEventLoop()) {
            eventLoop().execute(() -> onLoop(promise, step));
            return promise;
        }
        try {
            step.run();
            promise.trySuccess();
        } catch (IOException | RuntimeException e) {
            promise.tryFailure(e);
        }
        return promise;
    }

    @Override
    protected void doBind(SocketAddress address) throws IOException {
        socket.bind(address);
        bound = true;
    }

    @Override
    protected void doDisconnect() throws IOException {
        doClose();
    }

    @Override
    protected void doClose() throws IOException {
        active = false;
        ChannelPromise connecting = connectPromise;
        connectPromise = null;
        stopConnectTimeout();
        try {
            if (connecting != null) {
                connecting.tryFailure(new ClosedChannelException());
            }
        } finally {
            // In this order epoll_ctl has nothing left to do.
            socket.close();
            doDeregister();
        }
    }

    private void stopConnectTimeout() {
        Future<?> timeout = connectTimeout;
        connectTimeout = null;
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new TcpUnsafe();
    }

    /** What Netty's core asks of a transport, and what epoll tells. */
    private final class TcpUnsafe extends AbstractUnsafe implements EpollIoHandle {
        /** The kernel has taken all it can for now. */
        private boolean writeBlocked;

        @Override
        public FileDescriptor fd() {
            return socket;
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            try {
                happened(((EpollIoEvent) event).ops().value());
            } catch (RuntimeException | Error e) {
                // It would take the other events of this round with it, and those are told once.
                pipeline().fireExceptionCaught(e);
                close(voidPromise());
            }
        }

        /** The event loop ends. */
        @Override
        public void close() {
            close(voidPromise());
        }

        @Override
        protected void flush0() {
            if (!writeBlocked) {
                super.flush0();
            }
        }

        void flushOn() {
            flush0();
        }

        void writableAgain() {
            if (writeBlocked) {
                writeBlocked = false;
                super.flush0();
            }
        }

        @Override
        protected @Nullable Executor prepareToClose() {
            if (config.lingerSeconds() > 0) {
                // Until then nobody may use the descriptor: its number can be another one's at any moment.
                active = false;
                doDeregister();
                return GlobalEventExecutor.INSTANCE; // close(2) waits
            }
            return null;
        }

        @Override
        public void connect(SocketAddress to, @Nullable SocketAddress from, ChannelPromise promise) {
            if (promise.isDone() || !ensureOpen(promise)) {
                return;
            }
            try {
                begin((InetSocketAddress) to, (InetSocketAddress) from, promise);
            } catch (IOException | RuntimeException e) {
                closeIfClosed();
                promise.tryFailure(annotateConnectException(e, to));
            }
        }

        private void begin(InetSocketAddress to, @Nullable InetSocketAddress from, ChannelPromise promise)
                throws IOException {
            if (connectPromise != null) {
                throw new ConnectionPendingException();
            }
            if (remote != null) {
                throw new AlreadyConnectedException();
            }
            if (to.isUnresolved() || (from != null && from.isUnresolved())) {
                throw new UnresolvedAddressException();
            }
            if (from != null) {
                doBind(from);
                local = from.getPort() == 0 || from.getAddress().isAnyLocalAddress() ? null : from;
            }
            // If it fails at once the channel stays open: whoever asked decides, as where it fails later.
            boolean connected = socket.connect(to);
            bound = true;
            connectingTo = to;
            if (!connected) {
                connectPromise = promise;
            }
            // Before connect() epoll would call the socket hung up.
            tell(INPUT_AND_OUTPUT);
            if (connected) {
                succeed(promise);
                return;
            }
            int timeoutMillis = config.getConnectTimeoutMillis();
            if (timeoutMillis > 0) {
                connectTimeout =
                        eventLoop().schedule(() -> timedOut(to, timeoutMillis), timeoutMillis, TimeUnit.MILLISECONDS);
            }
            promise.addListener(done -> {
                if (done.isCancelled()) {
                    stopConnectTimeout();
                    connectPromise = null;
                    close(voidPromise());
                }
            });
        }

        private void timedOut(InetSocketAddress to, int timeoutMillis) {
            ChannelPromise waiting = connectPromise;
            if (waiting != null
                    && waiting.tryFailure(new ConnectTimeoutException(
                            "connection timed out after " + timeoutMillis + " ms: " + to))) {
                close(voidPromise());
            }
        }

        private void finishConnect() {
            ChannelPromise waiting = connectPromise;
            if (waiting == null) {
                return;
            }
            TcpState state = state();
            if (state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED) {
                return; // the event was of the one that had this descriptor before, within one round of epoll_wait(2)
            }
            connectPromise = null;
            stopConnectTimeout();
            if (state == TcpState.CLOSE || state == TcpState.UNKNOWN) {
                fail(waiting);
            } else {
                succeed(waiting);
            }
        }

        private void fail(ChannelPromise waiting) {
            InetSocketAddress to = connectingTo;
            try {
                socket.finishConnect(); // for the reason
                waiting.tryFailure(new ClosedChannelException());
            } catch (IOException e) {
                waiting.tryFailure(to == null ? e : annotateConnectException(e, to));
            }
            closeIfClosed();
        }

        private void succeed(ChannelPromise waiting) {
            remote = connectingTo;
            active = true;
            boolean wanted = waiting.trySuccess();
            // Whatever its listener did: it was opened.
            pipeline().fireChannelActive();
            if (!wanted) {
                close(voidPromise());
            }
        }
    }
}
