package dev.tidewait.evidence.track;

import dev.tidewait.evidence.capture.Segment;

/**
 * Puts segments that come out of order into the order of their times, as far as they lie within so many segments of each other; those of the same time keep
 * their order. Memory is fixed. Owned by one thread.
 *
 * <p>The times lie sorted in an array, and with each the slot where the rest of the segment is. A segment in order goes to the end of it (no search, nothing
 * moves), one that comes late is put in by a search and one array copy.
 */
final class ReorderWindow {
    private static final int FIELDS = 7;

    private final int capacity;
    private final long[] times;
    private final int[] slots;
    private final long[] segments;
    private final int[] freeSlots;
    private int head;
    private int tail;

    /** @param capacity segments */
    ReorderWindow(int capacity) {
        this.capacity = capacity;
        this.times = new long[2 * capacity];
        this.slots = new int[2 * capacity];
        this.segments = new long[FIELDS * capacity];
        this.freeSlots = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            freeSlots[i] = i;
        }
    }

    int size() {
        return tail - head;
    }

    boolean isFull() {
        return size() == capacity;
    }

    /** @throws IllegalStateException if it {@link #isFull} */
    void add(Segment segment) {
        if (isFull()) {
            throw new IllegalStateException("the reorder window is full");
        }
        if (tail == times.length) {
            System.arraycopy(times, head, times, 0, size());
            System.arraycopy(slots, head, slots, 0, size());
            tail -= head;
            head = 0;
        }
        int slot = freeSlots[size()];
        long time = segment.timeNanos();
        int at = tail;
        if (at > head && times[at - 1] > time) {
            at = placeOf(time);
            System.arraycopy(times, at, times, at + 1, tail - at);
            System.arraycopy(slots, at, slots, at + 1, tail - at);
        }
        times[at] = time;
        slots[at] = slot;
        tail++;
        store(segment, slot * FIELDS);
    }

    /** Time of the earliest. */
    long firstNanos() {
        return times[head];
    }

    /** Takes the earliest out. */
    void removeFirst(Segment into) {
        int slot = slots[head];
        load(slot * FIELDS, into);
        into.setTimeNanos(times[head]);
        head++;
        freeSlots[size()] = slot;
    }

    /** Behind all that are not later. */
    private int placeOf(long time) {
        int low = head;
        int high = tail;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] <= time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void store(Segment segment, int at) {
        segments[at] = segment.sourceHigh();
        segments[at + 1] = segment.sourceLow();
        segments[at + 2] = segment.destinationHigh();
        segments[at + 3] = segment.destinationLow();
        segments[at + 4] = pair(segment.ports(), segment.flags());
        segments[at + 5] = pair(segment.sequence(), segment.acknowledgement());
        segments[at + 6] = segment.payloadBytes();
    }

    private void load(int at, Segment into) {
        into.setAddresses(segments[at], segments[at + 1], segments[at + 2], segments[at + 3]);
        long portsAndFlags = segments[at + 4];
        long numbers = segments[at + 5];
        into.setHeader((int) (portsAndFlags >>> 32), (int) (numbers >>> 32), (int) numbers, (int) portsAndFlags, (int)
                segments[at + 6]);
    }

    private static long pair(int upper, int lower) {
        return ((long) upper << 32) | Integer.toUnsignedLong(lower);
    }
}
