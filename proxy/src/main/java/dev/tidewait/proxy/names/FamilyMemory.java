package dev.tidewait.proxy.names;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether IPv6 has been overtaken by IPv4 three times in a row, however long that took: then IPv4 goes first for a minute. After it one
 * more time makes it another minute; the first IPv6 connection ends it. Any thread.
 *
 * <p>RFC 8305, section 4, lets a client use its history. Where IPv6 leads nowhere, every connection to a name with both families would else
 * lose 250 ms and take a port that rests for 15 s. One memory for all destinations is enough: where both families work it does no harm
 * that the other one goes first for a while.
 */
public final class FamilyMemory {
    private static final int OVERTAKEN_OFTEN = 3;
    private static final long FOUR_FIRST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private record FourFirst(long untilNanos) {}

    private static final FourFirst NEVER = new FourFirst(0);

    private final AtomicInteger overtakenInARow = new AtomicInteger();
    private volatile FourFirst fourFirst = NEVER;

    public boolean isFourFirst(long nowNanos) {
        FourFirst now = fourFirst;
        return !now.equals(NEVER) && now.untilNanos - nowNanos > 0;
    }

    /** An IPv6 address was tried first, and was still silent when an IPv4 address of the same name answered. */
    public void sixOvertaken(long nowNanos) {
        if (overtakenInARow.incrementAndGet() >= OVERTAKEN_OFTEN) {
            fourFirst = new FourFirst(nowNanos + FOUR_FIRST_NANOS);
        }
    }

    /** An IPv6 address was connected to. */
    public void sixConnected() {
        if (overtakenInARow.get() != 0) {
            overtakenInARow.set(0);
            fourFirst = NEVER;
        }
    }
}
