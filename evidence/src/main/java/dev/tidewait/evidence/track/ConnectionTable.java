package dev.tidewait.evidence.track;

import dev.tidewait.evidence.capture.Segment;
import java.util.Arrays;

/**
 * The four-tuples that are followed, each a row of primitives. Owned by one thread.
 *
 * <p>An index with open addressing (linear probing, at most half full, deletion by shifting back: Knuth, TAOCP 6.4, Algorithm R) points to rows, which lie in
 * pages and never move. Both directions find the same row: the smaller (address, port) is called end 0. The hash is keyed, so that nobody can write a
 * capture whose tuples all fall into one place. A row takes 128 bytes and the index 8 for each; nothing else grows.
 */
final class ConnectionTable {
    static final int NONE = -1;

    // Fields of a row. Those that differ by end are at FIELD + end.
    private static final int ADDRESSES = 0; // four longs: end 0 high, low, end 1 high, low
    private static final int PORTS_AND_HASH = 4;
    static final int STATE = 5;
    static final int LAST_SEEN = 6;
    static final int CLOSED_AT = 7;
    /** Two: initial sequence number and the highest one sent. */
    static final int SENT = 8;
    /** Two: the number behind the FIN and the highest acknowledgement sent. */
    static final int ENDED = 10;
    /** Ages of the latest late segment: any, and those that need TIME_WAIT. */
    static final int LATEST = 12;

    static final int LATEST_NEEDING = 13;
    private static final int LINKS = 14; // of the list it is in: previous, next
    private static final int FIELDS = 16; // two cache lines

    private static final int PAGE_BITS = 12;
    private static final int PAGE_ROWS = 1 << PAGE_BITS;
    private static final int FIRST_INDEX = 1 << 12;

    private final long key;
    private long[][] pages = new long[0][];
    private int[] index = new int[FIRST_INDEX];
    private int size;
    private int rowsMade;
    private int firstFree = NONE;

    /** @param key of the hash, not known to whoever wrote the capture */
    ConnectionTable(long key) {
        this.key = key;
        Arrays.fill(index, NONE);
    }

    int size() {
        return size;
    }

    /** Which end sent it: 0 or 1. */
    static int endOf(Segment segment) {
        int order = Long.compareUnsigned(segment.sourceHigh(), segment.destinationHigh());
        if (order == 0) {
            order = Long.compareUnsigned(segment.sourceLow(), segment.destinationLow());
        }
        if (order == 0) {
            order = Integer.compare(segment.ports() >>> 16, segment.ports() & 0xffff);
        }
        return order <= 0 ? 0 : 1;
    }

    /** The row of a segment's four-tuple, or {@link #NONE}. */
    int find(Segment segment, int end) {
        int hash = hash(segment, end);
        int mask = index.length - 1;
        for (int at = hash & mask; index[at] != NONE; at = (at + 1) & mask) {
            if (isRowOf(index[at], segment, end, hash)) {
                return index[at];
            }
        }
        return NONE;
    }

    /** A new row, zero but for the four-tuple, which must not be in the table. */
    int add(Segment segment, int end) {
        if (2 * (size + 1) > index.length) {
            grow();
        }
        int row = takeRow();
        int hash = hash(segment, end);
        long[] page = page(row);
        int at = offset(row);
        Arrays.fill(page, at, at + FIELDS, 0);
        boolean first = end == 0;
        page[at + ADDRESSES] = first ? segment.sourceHigh() : segment.destinationHigh();
        page[at + ADDRESSES + 1] = first ? segment.sourceLow() : segment.destinationLow();
        page[at + ADDRESSES + 2] = first ? segment.destinationHigh() : segment.sourceHigh();
        page[at + ADDRESSES + 3] = first ? segment.destinationLow() : segment.sourceLow();
        page[at + PORTS_AND_HASH] = ((long) ports(segment, end) << 32) | Integer.toUnsignedLong(hash);
        insert(row, hash);
        size++;
        return row;
    }

    void remove(int row) {
        int mask = index.length - 1;
        int hole = (int) get(row, PORTS_AND_HASH) & mask;
        while (index[hole] != row) {
            hole = (hole + 1) & mask;
        }
        for (int at = (hole + 1) & mask; index[at] != NONE; at = (at + 1) & mask) {
            int home = (int) get(index[at], PORTS_AND_HASH) & mask;
            if (((at - home) & mask) >= ((at - hole) & mask)) {
                index[hole] = index[at];
                hole = at;
            }
        }
        index[hole] = NONE;
        set(row, LINKS, firstFree);
        firstFree = row;
        size--;
    }

    long get(int row, int field) {
        return page(row)[offset(row) + field];
    }

    void set(int row, int field, long value) {
        page(row)[offset(row) + field] = value;
    }

    int previous(int row) {
        return (int) (get(row, LINKS) >> 32);
    }

    int next(int row) {
        return (int) get(row, LINKS);
    }

    void link(int row, int previous, int next) {
        set(row, LINKS, ((long) previous << 32) | Integer.toUnsignedLong(next));
    }

    private int takeRow() {
        if (firstFree != NONE) {
            int row = firstFree;
            firstFree = (int) get(row, LINKS);
            return row;
        }
        if (rowsMade == pages.length * PAGE_ROWS) {
            pages = Arrays.copyOf(pages, pages.length + 1);
            pages[pages.length - 1] = new long[PAGE_ROWS * FIELDS];
        }
        return rowsMade++;
    }

    private void grow() {
        int[] rows = index;
        index = new int[rows.length * 2];
        Arrays.fill(index, NONE);
        for (int row : rows) {
            if (row != NONE) {
                insert(row, (int) get(row, PORTS_AND_HASH));
            }
        }
    }

    private void insert(int row, int hash) {
        int mask = index.length - 1;
        int at = hash & mask;
        while (index[at] != NONE) {
            at = (at + 1) & mask;
        }
        index[at] = row;
    }

    private boolean isRowOf(int row, Segment segment, int end, int hash) {
        long[] page = page(row);
        int at = offset(row);
        if (page[at + PORTS_AND_HASH] != (((long) ports(segment, end) << 32) | Integer.toUnsignedLong(hash))) {
            return false;
        }
        int source = at + ADDRESSES + 2 * end;
        int destination = at + ADDRESSES + 2 * (1 - end);
        return page[source] == segment.sourceHigh()
                && page[source + 1] == segment.sourceLow()
                && page[destination] == segment.destinationHigh()
                && page[destination + 1] == segment.destinationLow();
    }

    private int hash(Segment segment, int end) {
        boolean first = end == 0;
        long hash = key ^ ports(segment, end);
        hash = mix(hash ^ (first ? segment.sourceLow() : segment.destinationLow()));
        hash = mix(hash ^ (first ? segment.destinationLow() : segment.sourceLow()));
        hash = mix(hash ^ (first ? segment.sourceHigh() : segment.destinationHigh()));
        hash = mix(hash ^ (first ? segment.destinationHigh() : segment.sourceHigh()));
        return (int) (hash >>> 32);
    }

    /** Finaliser of SplittableRandom (Stafford's variant 13). */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** End 0's port in the upper half. */
    private static int ports(Segment segment, int end) {
        return end == 0 ? segment.ports() : Integer.rotateLeft(segment.ports(), 16);
    }

    private long[] page(int row) {
        return pages[row >>> PAGE_BITS];
    }

    private static int offset(int row) {
        return (row & (PAGE_ROWS - 1)) * FIELDS;
    }
}
