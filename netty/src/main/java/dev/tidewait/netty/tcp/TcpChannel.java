package dev.tidewait.netty.tcp;

import dev.tidewait.linux.TcpInfo;
import dev.tidewait.linux.TcpState;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
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

    private final TcpSocket socket;
    private final TcpChannelConfig config;
    private final EpollRegistration epoll = new EpollRegistration(this);
    private final TcpAddresses addresses;
    private final TcpConnect connect;
    private final TcpInput input;
    private final TcpOutput output;
    private final TcpShutdown shutdown;

    private volatile boolean active;

    /** A connection that can be opened. */
    public TcpChannel(SocketProtocolFamily family) {
        this(null, TcpSocket.open(family), null);
        config.noDelay();
    }

    /** A connection that was accepted, with the options of the listening socket. */
    TcpChannel(Channel parent, int descriptor, InetSocketAddress remote) {
        this(parent, TcpSocket.accepted(descriptor), remote);
        active = true;
    }

    private TcpChannel(@Nullable Channel parent, TcpSocket socket, @Nullable InetSocketAddress remote) {
        super(parent);
        this.socket = socket;
        this.config = new TcpChannelConfig(this, socket);
        this.addresses = new TcpAddresses(socket, remote);
        this.connect = new TcpConnect(this, socket, addresses, epoll);
        this.input = new TcpInput(this, socket, epoll);
        this.output = new TcpOutput(socket, config);
        this.shutdown = new TcpShutdown(this, socket, input);
    }

    @Override
    protected ChannelId newId() {
        return TcpChannelId.next();
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

    /** The connection is there. */
    void activate() {
        active = true;
    }

    /** The kernel's state of the connection, at the cost of a system call; {@link TcpState#UNKNOWN} once it is closed. */
    public TcpState state() {
        return TcpInfo.stateIn(glance());
    }

    /** {@link TcpInfo#glance} at the connection. */
    long glance() {
        return isOpen() ? TcpInfo.glance(socket.intValue()) : TcpInfo.UNKNOWN;
    }

    /** The error number of what has failed, which the kernel forgets (SO_ERROR, socket(7)), at the cost of a system call; 0 for nothing. */
    public int takeError() throws IOException {
        return socket.takeError();
    }

    /** Whether both ends agreed on timestamps (RFC 7323), of a connection that was opened here and is established. No system call. */
    public boolean hasTimestamps() {
        return connect.hasTimestamps();
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
        return addresses.local();
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return addresses.remote();
    }

    @Override
    protected void doBind(SocketAddress address) throws IOException {
        addresses.bind((InetSocketAddress) address);
    }

    // ---- epoll ----

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isCompatible(TcpUnsafe.class);
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        epoll.enter(eventLoop(), tcpUnsafe(), promise, () -> {
            if (active && epoll.wasEverTold()) {
                // It was on an event loop before, and may have been in the middle of something.
                output.block();
                epoll.tell(TcpEvents.INPUT_AND_OUTPUT);
            }
        });
    }

    @Override
    protected void doDeregister() {
        epoll.leave();
    }

    private void happened(int events) {
        connect.happened();
        if (TcpEvents.concernOutput(events)) {
            tcpUnsafe().writableAgain();
        }
        if (TcpEvents.concernInput(events) && active) {
            input.readable(TcpEvents.tellOfTheEnd(events), TcpEvents.tellOfAnUrgentByte(events));
        }
    }

    // ---- bytes ----

    @Override
    protected void doBeginRead() {
        if (active && !epoll.isTold()) {
            epoll.tell(TcpEvents.INPUT);
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
            case KERNEL_FULL -> epoll.tell(TcpEvents.INPUT_AND_OUTPUT);
            case ENOUGH_FOR_NOW -> epoll.tellAgain(TcpEvents.INPUT_AND_OUTPUT);
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) throws IOException {
        if (shutdown.hasEndedOutput()) {
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
        return shutdown.hasEndedOutput() || !isOpen();
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public boolean isWritable() {
        return !shutdown.hasEndedOutput() && super.isWritable();
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    /** From here on nothing is read. */
    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        shutdown.endInput(promise);
        return promise;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    /** Sends FIN; what is unsent is lost. */
    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        shutdown.endOutput(promise);
        return promise;
    }

    @Override
    protected void doShutdownOutput() throws IOException {
        shutdown.sendFin();
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        shutdown.endBoth(promise);
        return promise;
    }

    @Override
    protected void doDisconnect() throws IOException {
        doClose();
    }

    @Override
    protected void doClose() throws IOException {
        active = false;
        try {
            connect.abandon();
        } finally {
            // In this order epoll_ctl has nothing left to do.
            socket.close();
            doDeregister();
        }
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new TcpUnsafe();
    }

    TcpUnsafe tcpUnsafe() {
        return (TcpUnsafe) unsafe();
    }

    /** What Netty's core asks of a transport, and what epoll tells. */
    final class TcpUnsafe extends AbstractUnsafe implements EpollIoHandle {
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
            if (!output.isBlocked()) {
                super.flush0();
            }
        }

        void writableAgain() {
            if (output.isBlocked()) {
                output.unblock();
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
                connect.begin((InetSocketAddress) to, (InetSocketAddress) from, promise);
            } catch (IOException | RuntimeException e) {
                closeIfClosed();
                promise.tryFailure(annotateConnectException(e, to));
            }
        }

        /** Names the destination in the message of a connect's failure. */
        Throwable annotated(IOException failure, SocketAddress to) {
            return annotateConnectException(failure, to);
        }
    }
}
