package dev.tidewait.ports;

import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/** Those who wait for a port to one destination, first come first served. Not thread safe. */
final class WaitingLine {
    private final int capacity;
    private final LinkedHashSet<Waiter> line = new LinkedHashSet<>();
    private long waited;
    private long gaveUp;

    WaitingLine(int capacity) {
        this.capacity = capacity;
    }

    /** False if the line is full. */
    boolean join(Waiter waiter) {
        if (line.size() >= capacity) {
            gaveUp++;
            return false;
        }
        if (!line.add(waiter)) {
            throw new IllegalStateException("this waiter stands in line already");
        }
        waited++;
        return true;
    }

    @Nullable
    Waiter first() {
        return line.isEmpty() ? null : line.getFirst();
    }

    void removeFirst() {
        line.removeFirst();
    }

    boolean leave(Waiter waiter) {
        boolean was = line.remove(waiter);
        gaveUp += was ? 1 : 0;
        return was;
    }

    int size() {
        return line.size();
    }

    long waited() {
        return waited;
    }

    long gaveUp() {
        return gaveUp;
    }
}
