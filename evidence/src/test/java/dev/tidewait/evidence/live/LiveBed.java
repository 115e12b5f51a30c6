package dev.tidewait.evidence.live;

import dev.tidewait.linux.fixture.Await;
import dev.tidewait.linux.fixture.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A host that is watched and its peer, joined by veth, with a server at the peer and one at the host. Used by one thread. */
final class LiveBed implements AutoCloseable {
    static final int SERVER_PORT = 8080;
    static final String DEVICE = "live0";

    final Host host;
    final Host peer;
    final LateCopies copies;
    final List<LateEvent> events = new ArrayList<>();
    private final Host watcher;
    private final ServerSocket peerServer;
    private final ServerSocket hostServer;

    LiveBed() {
        host = Host.start("live-host").withLoopback();
        peer = Host.start("live-peer").withLoopback();
        host.ip("link add " + DEVICE + " type veth peer name live1 netns " + peer.threadId());
        setUp(host, DEVICE, 1);
        setUp(peer, "live1", 2);
        watcher = host.beside("live-watcher");
        peerServer = peer.call(() -> new ServerSocket(SERVER_PORT, 1024));
        hostServer = host.call(() -> new ServerSocket(SERVER_PORT, 1024));
        copies = LateCopies.start(peer, "live1");
    }

    private static void setUp(Host host, String device, int number) {
        host.ip("link set " + device + " addrgenmode none up");
        host.ip("address add 10.203.0." + number + "/24 dev " + device);
        host.ip("address add fd00:203::" + number + "/64 dev " + device + " nodad");
    }

    LiveWatch watch(LiveSettings settings) {
        return watcher.call(() -> LiveWatch.open(settings, System.nanoTime(), events::add));
    }

    LiveWatch watch() {
        return watch(LiveSettings.of(DEVICE));
    }

    /** What it has seen, once that satisfies {@code enough} late or rejected segments. */
    LiveSnapshot after(LiveWatch watch, int enough) {
        Await.until(
                () -> watcher.call(() -> {
                    watch.look(System.nanoTime());
                    return events.size();
                }),
                count -> count >= enough);
        return snapshot(watch);
    }

    /**
     * What a watch has seen of a connection's end, and the frames that came from the peer after it: an event for each. Immutable.
     *
     * @param frames as the peer's device sent them
     */
    record Counted(LiveSnapshot seen, List<LateCopies.Frame> frames) {}

    /**
     * Waits until each late frame has its event, and there are at least so many. An RST may still be on its way: the peer's answer to an ACK of the host
     * that meets no connection there.
     */
    Counted counted(LiveWatch watch, int port, long endedNanos, int least) {
        return Await.until(
                () -> {
                    List<LateCopies.Frame> late = copies.frames(port).stream()
                            .filter(frame -> frame.fromPeer() && frame.nanos() > endedNanos)
                            .toList();
                    return new Counted(snapshot(watch), late);
                },
                now -> now.frames().size() >= least && now.frames().size() == events.size());
    }

    LiveSnapshot snapshot(LiveWatch watch) {
        return watcher.call(() -> watch.snapshot(System.nanoTime()));
    }

    /** As {@link #awaitEnd} of a connection from the peer, by the peer's port. */
    void awaitEndOfPeers(int port) {
        awaitEnd(-port);
    }

    /** Waits for the segment that ends a connection from the host, both FINs having been sent: the ACK of the later one. When it passed. */
    long awaitEnd(int port) {
        List<LateCopies.Frame> frames =
                Await.until(() -> copies.frames(port), seen -> seen.size() > lastWord(seen) && lastWord(seen) > 0);
        return frames.get(lastWord(frames)).nanos();
    }

    /** Its place, or 0. */
    private static int lastWord(List<LateCopies.Frame> frames) {
        int fins = 0;
        boolean fromPeer = false;
        for (int i = 0; i < frames.size(); i++) {
            LateCopies.Frame frame = frames.get(i);
            if (fins == 2 && frame.kind().equals("A") && frame.fromPeer() != fromPeer) {
                return i;
            }
            if (frame.kind().equals("F")) {
                fins++;
                fromPeer = frame.fromPeer();
            }
        }
        return 0;
    }

    List<PrefixRow> prefixes(LiveWatch watch) {
        return watcher.call(watch::prefixes);
    }

    /** Both ends of a connection from the host, a byte each way done. */
    Both connect(int sourcePort, boolean overIpv6) {
        String prefix = overIpv6 ? "fd00:203::" : "10.203.0.";
        Socket near = connect(host, prefix + 1, sourcePort, prefix + 2);
        return talk(near, accept(peerServer));
    }

    /** Both ends of a connection from the peer to the host's server; the near one is the host's. */
    Both connectFromPeer(int sourcePort) {
        Socket far = connect(peer, "10.203.0.2", sourcePort, "10.203.0.1");
        return talk(accept(hostServer), far);
    }

    /** Closes the host's end only, and lets go of it. */
    void closeNear(Both both) {
        close(both.near());
    }

    void closeFar(Both both) {
        close(both.far());
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Socket connect(Host from, String source, int sourcePort, String destination) {
        return from.call(() -> {
            Socket socket = new Socket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(source), sourcePort));
            socket.connect(new InetSocketAddress(InetAddress.getByName(destination), SERVER_PORT), 5_000);
            return socket;
        });
    }

    private static Socket accept(ServerSocket server) {
        try {
            return server.accept();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Both talk(Socket near, Socket far) {
        try {
            near.setTcpNoDelay(true);
            near.getOutputStream().write(1);
            far.getInputStream().read();
            far.getOutputStream().write(2);
            near.getInputStream().read();
            return new Both(near, far);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Both ends of one connection. */
    record Both(Socket near, Socket far) {
        /** Leaves TIME_WAIT at the host. */
        void hostFirst() {
            closeInOrder(near, far);
        }

        /** Leaves TIME_WAIT at the peer, and nothing at the host. */
        void peerFirst() {
            closeInOrder(far, near);
        }

        private static void closeInOrder(Socket first, Socket second) {
            try {
                first.shutdownOutput();
                while (second.getInputStream().read() >= 0) {
                    // Nothing more was sent.
                }
                first.close();
                second.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The host's RST. */
        void hostResets() {
            try {
                near.setSoLinger(true, 0);
                near.close();
                far.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        copies.close();
        try {
            peerServer.close();
            hostServer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        watcher.close();
        host.close();
        peer.close();
    }
}
