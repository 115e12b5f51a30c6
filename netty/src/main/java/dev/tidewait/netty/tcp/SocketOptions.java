package dev.tidewait.netty.tcp;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which of Netty's options are options of a socket, and how it is asked and told. No state. */
final class SocketOptions {
    private interface Getter {
        Object of(Socket socket) throws IOException;
    }

    private interface Setter {
        void set(Socket socket, Object value) throws IOException;
    }

    private record Access(Getter getter, Setter setter) {}

    private static final Map<ChannelOption<?>, Access> KNOWN = Map.of(
            ChannelOption.SO_RCVBUF,
            new Access(Socket::getReceiveBufferSize, (socket, value) -> socket.setReceiveBufferSize((Integer) value)),
            ChannelOption.SO_SNDBUF,
            new Access(Socket::getSendBufferSize, (socket, value) -> socket.setSendBufferSize((Integer) value)),
            ChannelOption.TCP_NODELAY,
            new Access(Socket::isTcpNoDelay, (socket, value) -> socket.setTcpNoDelay((Boolean) value)),
            ChannelOption.SO_KEEPALIVE,
            new Access(Socket::isKeepAlive, (socket, value) -> socket.setKeepAlive((Boolean) value)),
            ChannelOption.SO_REUSEADDR,
            new Access(Socket::isReuseAddress, (socket, value) -> socket.setReuseAddress((Boolean) value)),
            ChannelOption.IP_TOS,
            new Access(Socket::getTrafficClass, (socket, value) -> socket.setTrafficClass((Integer) value)),
            UnixChannelOption.SO_REUSEPORT,
            new Access(Socket::isReusePort, (socket, value) -> socket.setReusePort((Boolean) value)));

    private SocketOptions() {}

    static ChannelOption<?>[] known() {
        return KNOWN.keySet().toArray(ChannelOption<?>[]::new);
    }

    /** A closed descriptor's number can be another socket's. */
    static void requireOpen(Socket socket) {
        if (!socket.isOpen()) {
            throw new ChannelException(new ClosedChannelException());
        }
    }

    /** @return null if it is not an option of a socket */
    static @Nullable Object get(Socket socket, ChannelOption<?> option) {
        requireOpen(socket);
        try {
            Access access = KNOWN.get(option);
            if (access != null) {
                return access.getter().of(socket);
            } else if (option instanceof IntegerUnixChannelOption number) {
                return socket.getIntOpt(number.level(), number.optname());
            } else if (option instanceof RawUnixChannelOption raw) {
                ByteBuffer value = ByteBuffer.allocate(raw.length());
                socket.getRawOpt(raw.level(), raw.optname(), value);
                return value.flip();
            }
            return null;
        } catch (IOException e) {
            throw new ChannelException(e);
        }
    }

    /** @return false if it is not an option of a socket */
    static boolean set(Socket socket, ChannelOption<?> option, Object value) {
        requireOpen(socket);
        try {
            Access access = KNOWN.get(option);
            if (access != null) {
                access.setter().set(socket, value);
            } else if (option instanceof IntegerUnixChannelOption number) {
                socket.setIntOpt(number.level(), number.optname(), (Integer) value);
            } else if (option instanceof RawUnixChannelOption raw) {
                socket.setRawOpt(raw.level(), raw.optname(), (ByteBuffer) value);
            } else {
                return false;
            }
            return true;
        } catch (IOException e) {
            throw new ChannelException(e);
        }
    }
}
