package dev.tidewait.netty;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.EarlierIncarnations;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.KernelState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The four-tuples that a start found in use, kept small until somebody connects to their destination: most of what the kernel holds
 * may be connections of other people to this host, and a ledger for each of them would cost kilobytes and a question to routing.
 * Immutable but for being forgotten; any thread.
 */
final class EarlierRun implements EarlierIncarnations {
    /** From this age on the kernel has forgotten every TIME_WAIT itself. */
    private static final long KERNEL_TIME_WAIT_MILLIS = 64_000;

    /** What was found; to be filled by one thread. */
    static final class Finds {
        /*
         * Four words each: upper and lower half of the destination's address; number of the source (32 bits) and both ports (16
         * each); age and floor in milliseconds (32 bits each). Floor 0 marks a TIME_WAIT, for which the destination's own unknown row
         * applies.
         */
        private static final int WORDS = 4;

        private final long nowMillis;
        private final List<IpAddress> sources = new ArrayList<>();
        private final Map<IpAddress, Integer> sourceNumbers = new HashMap<>();
        private long[] words = new long[64 * WORDS];
        private int count;
        private long longestMillis;

        Finds(long nowMillis) {
            this.nowMillis = nowMillis;
        }

        /** A TIME_WAIT in the kernel. Whether it has timestamps is not shown: connect() will tell. */
        void timeWait(IpAddress source, int port, Destination destination, long ageMillis) {
            add(source, port, destination, ageMillis, 0);
            longestMillis = Math.max(longestMillis, KERNEL_TIME_WAIT_MILLIS - ageMillis);
        }

        /** An ending that left nothing in the kernel. */
        void ending(IpAddress source, int port, Destination destination, long ageMillis, long floorMillis) {
            add(source, port, destination, ageMillis, floorMillis);
            longestMillis = Math.max(longestMillis, floorMillis - ageMillis);
        }

        private void add(IpAddress source, int port, Destination to, long age, long floor) {
            int at = count * WORDS;
            if (at == words.length) {
                words = Arrays.copyOf(words, 2 * at);
            }
            long number = sourceNumbers.computeIfAbsent(source, unknown -> {
                sources.add(unknown);
                return sources.size() - 1;
            });
            words[at] = to.address().high();
            words[at + 1] = to.address().low();
            words[at + 2] = number << 32 | (long) port << 16 | to.port();
            words[at + 3] = age << 32 | floor;
            count++;
        }

        int count() {
            return count;
        }
    }

    /** Chains of finds with the same hash of their destination. Immutable. */
    private static final class Index {
        private final Finds finds;
        private final int[] heads;
        private final int[] nexts;

        Index(Finds finds) {
            this.finds = finds;
            this.heads = new int[Math.max(16, Integer.highestOneBit(finds.count) * 2)];
            this.nexts = new int[finds.count];
            Arrays.fill(heads, -1);
            for (int i = 0; i < finds.count; i++) {
                int at = i * Finds.WORDS;
                int slot = slot(finds.words[at], finds.words[at + 1], (int) finds.words[at + 2] & 0xffff);
                nexts[i] = heads[slot];
                heads[slot] = i;
            }
        }

        private int slot(long high, long low, int port) {
            long mixed = (high * 31 + low) * 31 + port;
            mixed *= 0x9e37_79b9_7f4a_7c15L;
            return (int) (mixed >>> 40) & (heads.length - 1);
        }

        /** Age and number of every find to {@code destination}, ascending. */
        long[] agesOf(Destination destination) {
            long high = destination.address().high();
            long low = destination.address().low();
            long[] ages = new long[16];
            int found = 0;
            for (int i = heads[slot(high, low, destination.port())]; i >= 0; i = nexts[i]) {
                int at = i * Finds.WORDS;
                boolean same = finds.words[at] == high
                        && finds.words[at + 1] == low
                        && ((int) finds.words[at + 2] & 0xffff) == destination.port();
                if (same) {
                    if (found == ages.length) {
                        ages = Arrays.copyOf(ages, 2 * found);
                    }
                    ages[found++] = (finds.words[at + 3] >>> 32) << 32 | i;
                }
            }
            long[] exact = Arrays.copyOf(ages, found);
            Arrays.sort(exact);
            return exact;
        }
    }

    private final long foundMillis;
    private final long untilMillis;
    private volatile @Nullable Index index;

    EarlierRun(Finds finds) {
        this.foundMillis = finds.nowMillis;
        this.untilMillis = finds.nowMillis + finds.longestMillis;
        this.index = new Index(finds);
    }

    /** Lets go of everything once nothing of it matters any more. */
    void forgetPast(long nowMillis) {
        if (nowMillis >= untilMillis) {
            index = null;
        }
    }

    @Override
    public void enter(Destination destination, Floors floors, long nowMillis, NewLedger into) {
        Index known = index;
        if (known == null) {
            return;
        }
        long unknownMillis = Math.max(floors.unknownMillis(), floors.fixedMillis());
        long[] ages = known.agesOf(destination);
        for (int i = ages.length - 1; i >= 0; i--) {
            int at = (int) ages[i] * Finds.WORDS;
            long age = ages[i] >>> 32;
            long ownFloor = known.finds.words[at + 3] & 0xffff_ffffL;
            long mattersMillis = ownFloor == 0 ? KERNEL_TIME_WAIT_MILLIS : ownFloor;
            if (nowMillis - foundMillis + age < mattersMillis) {
                long word = known.finds.words[at + 2];
                into.enter(
                        known.finds.sources.get((int) (word >>> 32)),
                        (int) (word >>> 16) & 0xffff,
                        ownFloor == 0 ? KernelState.STEALABLE : KernelState.NOTHING,
                        ownFloor == 0 ? unknownMillis : ownFloor,
                        foundMillis - age);
            }
        }
    }
}
