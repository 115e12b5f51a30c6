package dev.tidewait.proxy;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.access.ClientLimits;
import dev.tidewait.proxy.facts.ExchangeKind;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One listening address, and what is served there now. Any thread.
 *
 * <p>The sockets stay open over reloads; each accepted connection gets the {@link Service} of its moment.
 */
final class Door implements AutoCloseable {
    private final ListenSockets sockets;
    private volatile Service service;

    private Door(EventLoops loops, List<Roster> rosters, ClientLimits limits, Service service, boolean beside)
            throws BindException {
        this.service = service;
        boolean shared = loops.transport() != Transport.NIO;
        this.sockets = new ListenSockets(
                loops,
                service.settings(),
                beside,
                loop -> new Acceptor(
                        this, limits, new LoopChoice(shared ? List.of(rosters.get(loop)) : rosters, rosters)));
    }

    /**
     * Listens, but accepts nobody before {@link #accept()}.
     *
     * @param rosters one for each event loop
     * @param beside whether this proxy itself listens on an overlapping address that it is about to close
     */
    static Door open(EventLoops loops, List<Roster> rosters, ClientLimits limits, Service service, boolean beside)
            throws BindException {
        return new Door(loops, rosters, limits, service, beside);
    }

    void accept() {
        sockets.accept();
    }

    Service service() {
        return service;
    }

    /** Serves this to whoever comes from now on. */
    void serve(Service next) {
        service = next;
        sockets.acknowledgeByAnswer(next.listener().kind() == ExchangeKind.HTTP);
    }

    /** Where it listens; the port is the real one if 0 was asked for. */
    InetSocketAddress address() {
        return sockets.address();
    }

    /** Whether this is the address that {@code wanted} asks for; any free port is the one that its listener has already. */
    boolean isAt(ListenerSettings wanted) {
        InetSocketAddress asked = wanted.bind();
        ListenerSettings now = service.settings();
        return asked.getPort() == 0
                ? asked.equals(now.bind()) && wanted.name().equals(now.name())
                : asked.equals(now.bind()) || asked.equals(address());
    }

    /** Whether the kernel would take the two for one: the same port, and one of them on every address. */
    boolean overlaps(ListenerSettings wanted) {
        boolean everywhere = address().getAddress().isAnyLocalAddress()
                || wanted.bind().getAddress().isAnyLocalAddress();
        return everywhere && address().getPort() == wanted.bind().getPort();
    }

    /** Accepts nobody any more; whoever was accepted stays. */
    @Override
    public void close() {
        sockets.close();
    }
}
