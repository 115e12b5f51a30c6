package dev.tidewait.hook;

import dev.tidewait.linux.BpfMap;
import dev.tidewait.linux.BpfRingBuffer;
import dev.tidewait.linux.DestroyOutcome;
import dev.tidewait.linux.SocketAnswer;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpState;
import dev.tidewait.linux.TcpTuple;
import dev.tidewait.linux.TimeWaitSocket;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Destroys TIME_WAIT sockets without timestamps, which connect() cannot take over, shortly before the cursor reaches them: past their
 * floor, and not sooner than needed, since as long as they exist the kernel answers late segments. Owned by one thread, in the
 * network namespace in which it was opened.
 *
 * <p>Every one is first looked up by its cookie, and destroyed only on the kernel's word that it is in TIME_WAIT, at the age that its
 * timer shows.
 */
final class DestroyAhead implements AutoCloseable {
    /** Ports ahead of the cursor that are made ready at least. */
    private static final int LEAST_WINDOW = 1_024;
    /**
     * Endings kept at most, 18 bytes each, and up to as much again for the room that their rings have left; the kernel holds as many for
     * 60 s only at 8,700 a second.
     */
    private static final int MOST_KEPT = 524_288;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long TIME_WAIT_MILLIS = 60_000;
    /** After so much beyond its due time the kernel has given up the socket by itself: its minute, and some seconds of late timers. */
    private static final long FORGET_MILLIS = 64_000;
    /** A kernel's timer is as exact as its tick, at most 10 ms. */
    private static final long TICK_MILLIS = 10;

    private final Programs programs;
    private final SocketDiag diag;
    private final BpfRingBuffer events;
    private final BpfMap cursors;
    private final BpfMap closed;
    private final DestroyCounts counts;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment key = arena.allocate(Layout.TUPLE_BYTES, 8);
    private final MemorySegment cursor = arena.allocate(Layout.CURSOR_BYTES, 8);
    private final MemorySegment closing = arena.allocate(Layout.CLOSING_BYTES, 8);
    private final Map<DestinationRow.Key, Approach> approaches = new HashMap<>();
    private int kept;

    /** One cursor on its way to its blocked ports. */
    private static final class Approach {
        final BlockedPorts blocked = new BlockedPorts();
        /** Position in the endless order, and when it was read. */
        long position = -1;

        long readMillis;
        /** Smoothed. */
        double positionsPerMilli;
    }

    private DestroyAhead(Programs programs, DestroyCounts counts, SocketDiag diag) {
        this.programs = programs;
        this.counts = counts;
        this.diag = diag;
        this.cursors = programs.map("cursors");
        this.closed = programs.map("closed");
        try {
            this.events = new BpfRingBuffer(programs.map("blocking"), this::accept);
        } catch (RuntimeException e) {
            arena.close();
            diag.close();
            throw e;
        }
    }

    /** Opens sock_diag in the calling thread's network namespace. */
    static DestroyAhead open(Programs programs, DestroyCounts counts) {
        return new DestroyAhead(programs, counts, SocketDiag.open());
    }

    /**
     * Takes in what has ended and destroys what is due. To be called about a hundred times a second.
     *
     * @param nowMillis the monotonic clock, as bpf_ktime_get_ns has it
     */
    void run(long nowMillis) {
        events.consume();
        for (Iterator<Map.Entry<DestinationRow.Key, Approach>> all =
                        approaches.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<DestinationRow.Key, Approach> entry = all.next();
            BlockedPorts blocked = entry.getValue().blocked;
            if (blocked.mayBeDue(nowMillis)) {
                approach(entry.getKey(), entry.getValue(), nowMillis);
            }
            if (blocked.size() == 0) {
                all.remove();
            }
        }
    }

    private void accept(MemorySegment event) {
        if (kept >= MOST_KEPT || event.get(Layout.INT, Layout.TUPLE_NETNS) != programs.namespace()) {
            counts.countLost();
            return;
        }
        kept++;
        DestinationRow.Key pair =
                new DestinationRow.Key(Layout.address(event, Layout.TUPLE_SOURCE), Layout.destination(event));
        long endedMillis = event.get(Layout.LONG, Layout.EVENT_ENDED) / NANOS_PER_MILLI;
        long floorMillis = event.get(Layout.INT, Layout.EVENT_FLOOR) & 0xffff_ffffL;
        approaches
                .computeIfAbsent(pair, ignored -> new Approach())
                .blocked
                .add(
                        event.get(Layout.PORT, Layout.TUPLE_SOURCE_PORT),
                        event.get(Layout.LONG, Layout.EVENT_COOKIE),
                        endedMillis + floorMillis + 1);
    }

    private void approach(DestinationRow.Key pair, Approach approach, long nowMillis) {
        putPair(pair);
        if (!cursors.lookUp(key, cursor)) {
            // Forgotten for others: whoever comes back begins anew, and finds what the kernel holds.
            kept -= approach.blocked.size();
            approach.blocked.visitDue(Long.MAX_VALUE, Integer.MAX_VALUE, (port, cookie, due) -> BlockedPorts.DONE);
            return;
        }
        long position = cursor.get(Layout.LONG, Layout.CURSOR_PLACE) >>> Integer.SIZE;
        int window = window(approach, position, nowMillis);
        int size = programs.order().size();
        int before = approach.blocked.size();
        // Twice as many are looked at, as connections do not end in the order in which they began.
        approach.blocked.visitDue(nowMillis, 2 * window, (port, cookie, due) -> {
            if (nowMillis - due > FORGET_MILLIS) {
                return BlockedPorts.DONE;
            }
            long ahead = Math.floorMod(programs.order().positionOf(port) - position, (long) size);
            return ahead < window ? destroy(pair, port, cookie, nowMillis) : due;
        });
        kept -= before - approach.blocked.size();
    }

    /** Ports that the cursor may use up in half a second. */
    private static int window(Approach approach, long position, long nowMillis) {
        long passed = nowMillis - approach.readMillis;
        if (approach.position >= 0 && passed > 0 && position >= approach.position) {
            double rate = (double) (position - approach.position) / passed;
            approach.positionsPerMilli = Math.max(rate, 0.9 * approach.positionsPerMilli + 0.1 * rate);
        }
        approach.position = position;
        approach.readMillis = nowMillis;
        return Math.max(LEAST_WINDOW, (int) Math.min(500 * approach.positionsPerMilli, Character.MAX_VALUE));
    }

    private long destroy(DestinationRow.Key pair, int port, long cookie, long nowMillis) {
        TcpTuple tuple = tuple(pair, port);
        SocketAnswer answer = diag.getWithCookie(tuple, cookie);
        if (answer instanceof TimeWaitSocket socket) {
            return destroy(pair, port, socket, nowMillis);
        }
        // A close that is not complete may become a TIME_WAIT yet; a connection that uses it, or nothing, does not.
        boolean incomplete = answer instanceof SocketAnswer.Held held && held.state() == TcpState.FIN_WAIT2;
        return incomplete ? nowMillis + 1_000 : BlockedPorts.DONE;
    }

    private long destroy(DestinationRow.Key pair, int port, TimeWaitSocket socket, long nowMillis) {
        putPair(pair);
        key.set(Layout.PORT, Layout.TUPLE_SOURCE_PORT, (char) port);
        if (!closed.lookUp(key, closing)) {
            return BlockedPorts.DONE;
        }
        long floorMillis = closing.get(Layout.INT, Layout.CLOSING_FLOOR) & 0xffff_ffffL;
        long ageMillis = TIME_WAIT_MILLIS - socket.remainingMillis() - TICK_MILLIS;
        if (ageMillis < floorMillis) {
            return nowMillis + floorMillis - ageMillis;
        }
        noteComplete();
        DestroyOutcome outcome = diag.destroy(socket);
        if (outcome instanceof DestroyOutcome.Destroyed) {
            counts.countDestroyed(pair);
        } else if (!outcome.isGone()) {
            counts.countRefused();
        }
        return BlockedPorts.DONE;
    }

    /** The kernel's TIME_WAIT proves the peer's FIN; without this its absence would be taken for a close that was cut short. */
    private void noteComplete() {
        int flags = closing.get(Layout.BYTE, Layout.CLOSING_FLAGS);
        if ((flags & Layout.FLAG_FIN_UNSEEN) != 0) {
            closing.set(Layout.BYTE, Layout.CLOSING_FLAGS, (byte) (flags & ~Layout.FLAG_FIN_UNSEEN));
            closed.put(key, closing);
        }
    }

    private void putPair(DestinationRow.Key pair) {
        Layout.putAddress(key, Layout.TUPLE_SOURCE, pair.source());
        Layout.putAddress(key, Layout.TUPLE_DESTINATION, pair.destination().address());
        key.set(Layout.PORT, Layout.TUPLE_SOURCE_PORT, (char) 0);
        key.set(Layout.PORT, Layout.TUPLE_DESTINATION_PORT, (char)
                pair.destination().port());
        key.set(Layout.INT, Layout.TUPLE_NETNS, programs.namespace());
    }

    private static TcpTuple tuple(DestinationRow.Key pair, int port) {
        IpAddress from = pair.source();
        Destination to = pair.destination();
        return new TcpTuple(
                from.high(), from.low(), port, to.address().high(), to.address().low(), to.port());
    }

    @Override
    public void close() {
        try (arena;
                diag) {
            events.close();
        }
    }
}
