package dev.tidewait.netty.tcp;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * The descriptor of a TCP connection. To its user it behaves like Netty's {@link Socket}, and what fails fails as there; but its address family is
 * known, or nobody wants to know it, so the kernel is not asked. Any thread, as far as {@link FileDescriptor} is.
 */
final class TcpSocket extends FileDescriptor {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;

    private final boolean ipv6;

    private TcpSocket(int descriptor, boolean ipv6) {
        super(descriptor);
        this.ipv6 = ipv6;
    }

    static TcpSocket open(SocketProtocolFamily family) {
        boolean ipv6 = family == SocketProtocolFamily.INET6;
        int descriptor = SocketNatives.open(ipv6);
        if (descriptor < 0) {
            throw new ChannelException(Errors.newIOException("socket", descriptor));
        }
        return new TcpSocket(descriptor, ipv6);
    }

    /** Of a connection, which is never bound or connected any more. */
    static TcpSocket accepted(int descriptor) {
        return new TcpSocket(descriptor, false);
    }

    void bind(InetSocketAddress from) throws IOException {
        int result = SocketNatives.bind(intValue(), ipv6, from);
        if (result < 0) {
            throw Errors.newIOException("bind", result);
        }
    }

    /** @return false if the kernel answers later */
    boolean connect(InetSocketAddress to) throws IOException {
        int result = SocketNatives.connect(intValue(), ipv6, to);
        return result >= 0 || Errors.handleConnectErrno("connect", result);
    }

    /** Throws what made a connect fail; does nothing if the kernel does not know it. */
    void throwConnectFailure() throws IOException {
        int error = takeError();
        if (error != 0) {
            Errors.handleConnectErrno("finishConnect", -error);
        }
    }

    /** The kernel's error number of what has failed, which it forgets (SO_ERROR, socket(7)); 0 for nothing. */
    int takeError() throws IOException {
        requireOpen();
        return SocketNatives.option(intValue(), SOL_SOCKET, SO_ERROR);
    }

    /** The kernel is asked. Null if it has none. */
    @Nullable
    InetSocketAddress localAddress() {
        return new Socket(intValue()).localAddress();
    }

    /**
     * @param address of memory that stays until this returns; its bytes from {@code from} to {@code to}
     * @return bytes taken; 0 if the kernel is full
     */
    int send(long address, int from, int to) throws IOException {
        int result = SocketNatives.send(intValue(), address, from, to);
        return result >= 0 ? result : Errors.ioResult("send", result);
    }

    /**
     * @param address of memory that stays until this returns; its bytes from {@code from} to {@code to}
     * @return bytes; 0 if there are none now, −1 at the end
     */
    int receive(long address, int from, int to) throws IOException {
        int result = SocketNatives.receive(intValue(), address, from, to);
        if (result > 0) {
            return result;
        }
        return result == 0 ? -1 : Errors.ioResult("recv", result);
    }

    /** The same, into direct memory that shows no address. */
    int receive(ByteBuffer into) throws IOException {
        return read(into, into.position(), into.limit());
    }

    /** The kernel takes nothing more. */
    void endInput() throws IOException {
        shutdown(true, false);
    }

    /** Sends FIN. */
    void endOutput() throws IOException {
        shutdown(false, true);
    }

    private void shutdown(boolean input, boolean output) throws IOException {
        requireOpen();
        int result = SocketNatives.shutdown(intValue(), input, output);
        if (result < 0) {
            Errors.ioResult("shutdown", result);
        }
    }

    /** SO_LINGER; negative: close() does not wait. */
    void linger(int seconds) throws IOException {
        requireOpen();
        SocketNatives.linger(intValue(), seconds);
    }

    /** A closed descriptor's number can be another socket's. */
    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
