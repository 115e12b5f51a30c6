package dev.tidewait.netty.tcp;

import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * Netty's own native calls on sockets, by descriptor. {@link Socket} has them as private methods, behind a constructor that asks the kernel for the
 * address family of each descriptor (docs/decisions/030). Any thread; a result is the kernel's, or minus errno. The names are checked when this class
 * is loaded, so another Netty without them shows in every test.
 */
final class SocketNatives {
    private static final MethodHandle OPEN = handle("newSocketStreamFd", int.class, boolean.class);
    private static final MethodHandle BIND =
            handle("bind", int.class, int.class, boolean.class, byte[].class, int.class, int.class);
    private static final MethodHandle CONNECT =
            handle("connect", int.class, int.class, boolean.class, byte[].class, int.class, int.class);
    private static final MethodHandle SEND =
            handle("sendAddress", int.class, int.class, long.class, int.class, int.class);
    private static final MethodHandle RECEIVE =
            handle("recvAddress", int.class, int.class, long.class, int.class, int.class);
    private static final MethodHandle SHUTDOWN = handle("shutdown", int.class, int.class, boolean.class, boolean.class);
    private static final MethodHandle GET = handle("getIntOpt", int.class, int.class, int.class, int.class);
    private static final MethodHandle SET = handle("setIntOpt", void.class, int.class, int.class, int.class, int.class);
    private static final MethodHandle LINGER = handle("setSoLinger", void.class, int.class, int.class);

    private SocketNatives() {}

    private static MethodHandle handle(String name, Class<?> result, Class<?>... parameters) {
        try {
            return MethodHandles.privateLookupIn(Socket.class, MethodHandles.lookup())
                    .findStatic(Socket.class, name, MethodType.methodType(result, parameters));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Netty's Socket has no native method " + name + " any more", e);
        }
    }

    /** A descriptor that does not wait; of IPv6 one that takes IPv4 addresses, too. */
    static int open(boolean ipv6) {
        try {
            return (int) OPEN.invokeExact(ipv6);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int bind(int descriptor, boolean ipv6, InetSocketAddress from) {
        NativeInetAddress address = NativeInetAddress.newInstance(from.getAddress());
        try {
            return (int) BIND.invokeExact(
                    descriptor, isSix(ipv6, from), address.address(), address.scopeId(), from.getPort());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int connect(int descriptor, boolean ipv6, InetSocketAddress to) {
        NativeInetAddress address = NativeInetAddress.newInstance(to.getAddress());
        try {
            return (int) CONNECT.invokeExact(
                    descriptor, isSix(ipv6, to), address.address(), address.scopeId(), to.getPort());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static boolean isSix(boolean ipv6, InetSocketAddress address) {
        return ipv6 || address.getAddress() instanceof Inet6Address;
    }

    /** @param address of memory that stays until this returns; its bytes from {@code from} to {@code to} */
    static int send(int descriptor, long address, int from, int to) {
        try {
            return (int) SEND.invokeExact(descriptor, address, from, to);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** @param address of memory that stays until this returns; its bytes from {@code from} to {@code to} */
    static int receive(int descriptor, long address, int from, int to) {
        try {
            return (int) RECEIVE.invokeExact(descriptor, address, from, to);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int shutdown(int descriptor, boolean input, boolean output) {
        try {
            return (int) SHUTDOWN.invokeExact(descriptor, input, output);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int option(int descriptor, int level, int name) throws IOException {
        try {
            return (int) GET.invokeExact(descriptor, level, name);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void option(int descriptor, int level, int name, int value) throws IOException {
        try {
            SET.invokeExact(descriptor, level, name, value);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** SO_LINGER; 0: close() sends RST, negative: it does not wait. */
    static void linger(int descriptor, int seconds) throws IOException {
        try {
            LINGER.invokeExact(descriptor, seconds);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static AssertionError unexpected(Throwable e) {
        if (e instanceof RuntimeException failure) {
            throw failure;
        }
        if (e instanceof Error failure) {
            throw failure;
        }
        return new AssertionError("a native call threw", e);
    }
}
