package dev.tidewait.netty.tcp;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.FileDescriptor;
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
final class KnownOptions {
    private static final int SOL_SOCKET = 1;
    private static final int IPPROTO_TCP = 6;

    /** An option of four bytes (socket(7), tcp(7)). */
    private record Numeric(int level, int name, boolean isFlag) {
        Object read(int descriptor) throws IOException {
            int value = SocketNatives.option(descriptor, level, name);
            return isFlag ? (Object) (value != 0) : (Object) value;
        }

        boolean isAt(int thisLevel, int thisName) {
            return level == thisLevel && name == thisName;
        }

        int valueOf(Object wanted) {
            return isFlag ? ((Boolean) wanted ? 1 : 0) : (Integer) wanted;
        }
    }

    private static final Numeric NO_DELAY = new Numeric(IPPROTO_TCP, 1, true);

    private static final Map<ChannelOption<?>, Numeric> NUMBERS = Map.of(
            ChannelOption.SO_RCVBUF, new Numeric(SOL_SOCKET, 8, false),
            ChannelOption.SO_SNDBUF, new Numeric(SOL_SOCKET, 7, false),
            ChannelOption.SO_KEEPALIVE, new Numeric(SOL_SOCKET, 9, true),
            ChannelOption.SO_REUSEADDR, new Numeric(SOL_SOCKET, 2, true),
            UnixChannelOption.SO_REUSEPORT, new Numeric(SOL_SOCKET, 15, true),
            ChannelOption.TCP_NODELAY, NO_DELAY);

    private KnownOptions() {}

    static ChannelOption<?>[] all() {
        ChannelOption<?>[] all = NUMBERS.keySet().toArray(new ChannelOption<?>[NUMBERS.size() + 1]);
        all[NUMBERS.size()] = ChannelOption.IP_TOS;
        return all;
    }

    /** TCP_NODELAY by any of its names. */
    static boolean isNoDelay(ChannelOption<?> option) {
        return switch (option) {
            case IntegerUnixChannelOption number -> NO_DELAY.isAt(number.level(), number.optname());
            case RawUnixChannelOption raw -> NO_DELAY.isAt(raw.level(), raw.optname());
            default -> option.equals(ChannelOption.TCP_NODELAY);
        };
    }

    /** The kernel refuses it to nobody: a socket whose connection has ended takes it, too (__tcp_sock_set_nodelay(), net/ipv4/tcp.c). */
    static void setNoDelay(FileDescriptor socket) {
        set(socket, ChannelOption.TCP_NODELAY, true);
    }

    /** A closed descriptor's number can be another socket's. */
    static void requireOpen(FileDescriptor socket) {
        if (!socket.isOpen()) {
            throw new ChannelException(new ClosedChannelException());
        }
    }

    /** @return null if it is not an option of a socket */
    static @Nullable Object get(FileDescriptor socket, ChannelOption<?> option) {
        requireOpen(socket);
        try {
            Numeric number = NUMBERS.get(option);
            if (number != null) {
                return number.read(socket.intValue());
            } else if (option instanceof IntegerUnixChannelOption other) {
                return SocketNatives.option(socket.intValue(), other.level(), other.optname());
            } else if (option instanceof RawUnixChannelOption raw) {
                ByteBuffer value = ByteBuffer.allocate(raw.length());
                nettys(socket).getRawOpt(raw.level(), raw.optname(), value);
                return value.flip();
            }
            return option.equals(ChannelOption.IP_TOS) ? nettys(socket).getTrafficClass() : null;
        } catch (IOException e) {
            throw new ChannelException(e);
        }
    }

    /** @return false if it is not an option of a socket */
    static boolean set(FileDescriptor socket, ChannelOption<?> option, Object value) {
        requireOpen(socket);
        try {
            Numeric number = NUMBERS.get(option);
            if (number != null) {
                SocketNatives.option(socket.intValue(), number.level(), number.name(), number.valueOf(value));
            } else if (option instanceof IntegerUnixChannelOption other) {
                SocketNatives.option(socket.intValue(), other.level(), other.optname(), (Integer) value);
            } else if (option instanceof RawUnixChannelOption raw) {
                nettys(socket).setRawOpt(raw.level(), raw.optname(), (ByteBuffer) value);
            } else if (option.equals(ChannelOption.IP_TOS)) {
                nettys(socket).setTrafficClass((Integer) value);
            } else {
                return false;
            }
            return true;
        } catch (IOException e) {
            throw new ChannelException(e);
        }
    }

    /** For what few ask for: it costs a system call more. */
    private static Socket nettys(FileDescriptor socket) {
        return new Socket(socket.intValue());
    }
}
