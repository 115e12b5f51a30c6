package dev.tidewait.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Opens connections to a proxy on a schedule, until it is told that one had to wait; on several threads, so that one that waits holds up no other. Any
 * thread.
 */
final class ScheduledClients implements AutoCloseable {
    private static final int THREADS = 4;

    /** A connect that is as late does not keep to the schedule. */
    private static final long LATE_NANOS = 100_000_000;

    private static final long TENTH_NANOS = 100_000_000;

    /** After a failure. */
    private static final long PAUSE_NANOS = 50_000_000;

    private final Load load;
    private final long begin;
    private final AtomicInteger next = new AtomicInteger();
    /** Tenths of a second, from the beginning, in which a connect that was due stood still. */
    private final Set<Long> stalled = new ConcurrentSkipListSet<>();

    private final Queue<Socket> staying = new ConcurrentLinkedQueue<>();
    private volatile boolean hasWaited;
    private volatile boolean closed;

    private ScheduledClients(Load load, long begin) {
        this.load = load;
        this.begin = begin;
    }

    /**
     * The schedule: perSecond * t + slope * t^2 / 2 connections until the second t.
     *
     * @param listener port of the proxy
     * @param destination the upstream server behind it
     * @param stays whether its connections last until the end, which leaves them ESTABLISHED; else they end at once
     */
    record Load(String name, int listener, String destination, boolean stays, double perSecond, double slope) {
        long dueNanos(int number) {
            double seconds = slope == 0
                    ? number / perSecond
                    : (Math.sqrt(perSecond * perSecond + 2 * slope * number) - perSecond) / slope;
            return (long) (seconds * 1e9);
        }
    }

    /** @param begin of the schedule, by {@link System#nanoTime} */
    static ScheduledClients start(Load load, long begin) {
        ScheduledClients clients = new ScheduledClients(load, begin);
        for (int i = 0; i < THREADS; i++) {
            Thread.ofPlatform().daemon().name("clients").start(clients::run);
        }
        return clients;
    }

    Load load() {
        return load;
    }

    /** Whether a connect stood still in this time, in seconds from the beginning. */
    boolean wasLate(double from, double until) {
        return stalled.stream().mapToDouble(tenth -> tenth / 10.0).anyMatch(tenth -> tenth >= from && tenth < until);
    }

    /** No more connections, but those that stay do. */
    void hasWaited() {
        hasWaited = true;
    }

    private void run() {
        while (!hasWaited && !closed) {
            long due = begin + load.dueNanos(next.getAndIncrement());
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            noteDelay(due, System.nanoTime());
            connect();
        }
    }

    private void noteDelay(long due, long now) {
        if (now - due > LATE_NANOS) {
            for (long tenth = (due - begin) / TENTH_NANOS; tenth <= (now - begin) / TENTH_NANOS; tenth++) {
                stalled.add(tenth);
            }
        }
    }

    private void connect() {
        try {
            Socket client = ProxyProcess.connect(load.listener);
            client.getOutputStream().write('x');
            boolean answered = client.getInputStream().read() == 'x';
            if (load.stays && answered && !closed) {
                staying.add(client);
            } else {
                client.close();
            }
        } catch (IOException e) {
            // Those that wait for a port are ended with the proxy; without one that fails earlier the forecast would be
            // wrong.
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Socket socket : staying) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
