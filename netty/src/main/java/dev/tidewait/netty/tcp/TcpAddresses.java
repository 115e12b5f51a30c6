package dev.tidewait.netty.tcp;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a {@link TcpChannel}'s two ends. The kernel is asked for the local one only if somebody wants to know it and nobody has given it
 * whole. Bound and connected by the channel's event loop, asked by any thread.
 */
final class TcpAddresses {
    private final TcpSocket socket;
    /** The kernel knows a local address. */
    private volatile boolean bound;

    private volatile @Nullable InetSocketAddress local;
    private volatile @Nullable InetSocketAddress remote;

    /** @param remote null if it is not connected yet */
    TcpAddresses(TcpSocket socket, @Nullable InetSocketAddress remote) {
        this.socket = socket;
        this.remote = remote;
        this.bound = remote != null;
    }

    /** @return null if there is none, or it was not asked for while the socket was open */
    @Nullable
    InetSocketAddress local() {
        if (local == null && bound && socket.isOpen()) {
            local = socket.localAddress();
        }
        return local;
    }

    /** @return null until it is connected */
    @Nullable
    InetSocketAddress remote() {
        return remote;
    }

    void bind(InetSocketAddress address) throws IOException {
        socket.bind(address);
        bound = true;
    }

    /** Keeps the address, unless the kernel completes it: port 0, or the address that stands for any. */
    void bindAndKeep(InetSocketAddress from) throws IOException {
        bind(from);
        local = from.getPort() == 0 || from.getAddress().isAnyLocalAddress() ? null : from;
    }

    /** @return false if the kernel answers later; until then there is no remote address */
    boolean connect(InetSocketAddress to) throws IOException {
        boolean connected = socket.connect(to);
        bound = true;
        return connected;
    }

    void connected(InetSocketAddress to) {
        remote = to;
    }
}
