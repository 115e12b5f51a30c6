package dev.tidewait.ports;

/**
 * The rule about one four-tuple: how long it must cool after the way its connection ended, and what may then be done with it.
 * Immutable; any thread.
 *
 * <p>This class is the reference. The same decisions are laid down as a table of cases ({@code decisions.tsv} beside its test)
 * which every other implementation must pass. Order and waiting are not decided here but in {@link PortLedger}.
 */
public final class TimeWaitRule {
    /*
     * Why these floors.
     *
     * With timestamps a segment of the old incarnation is rejected by PAWS (RFC 7323 section 5) as soon as the sender's timestamp
     * clock has ticked once, at the latest after 1 s. 3.5 RTO is how long Linux itself holds a TIME_WAIT whose peer uses PAWS: long
     * enough for the peer's FIN to be sent again and be acknowledged. 2 srtt keeps the floor above what is in flight.
     *
     * Without timestamps only the sequence numbers tell the incarnations apart. Linux draws an initial sequence number from a
     * clock of one unit every 64 ns on top of a secret per four-tuple (secure_tcp_seq), so on one four-tuple two incarnations are
     * 15,625 units per millisecond apart, less what the older one sent. If that distance is positive and less than half of the space,
     * old segments lie left of the new window. For the peer's direction nothing is known of its clock but the 4 us of RFC 9293 section
     * 3.4.1: 250 units per millisecond.
     *
     * A RST says nothing about what is still under way, so a connection that we reset cools twice as long.
     */

    /** Ceiling of what TIME_WAIT lasts in the kernel: 60 s on a timer wheel whose granularity is 1/16 (TCP_TIMEWAIT_LEN). */
    static final long KERNEL_TIME_WAIT_MILLIS = 63_750;

    private static final long LINUX_CLOCK_PER_MILLI = 15_625;
    private static final long SLOWEST_CLOCK_PER_MILLI = 250;
    private static final long SEQUENCE_SPACE = 1L << 32;
    /** What connect() adds to the old sequence number when it steals (tcp_twsk_unique): the least distance that is safe. */
    private static final long STEAL_GAP = 65_537;

    private final Floors floors;
    private final boolean mayDestroy;

    /** @param mayDestroy whether TIME_WAIT sockets may be destroyed here (CAP_NET_ADMIN, CONFIG_INET_DIAG_DESTROY) */
    public TimeWaitRule(Floors floors, boolean mayDestroy) {
        this.floors = floors;
        this.mayDestroy = mayDestroy;
    }

    public Floors floors() {
        return floors;
    }

    /** What the kernel holds after {@code ending}. */
    public KernelState kernelState(Ending ending) {
        return switch (ending.close()) {
            case WE_FIRST -> ending.timestamps() ? KernelState.STEALABLE : KernelState.BLOCKING;
            case UNFINISHED -> KernelState.UNKNOWN;
            case PEER_FIRST, RESET_BY_PEER, REFUSED, RESET_BY_US, SYN_TIMED_OUT -> KernelState.NOTHING;
        };
    }

    /** The age in milliseconds below which the four-tuple is never used again. */
    public long floorMillis(Ending ending) {
        long row = rowMillis(ending, ending.timestamps());
        boolean complete = ending.close() == Ending.Close.WE_FIRST || ending.close() == Ending.Close.PEER_FIRST;
        if (ending.close() == Ending.Close.WE_FIRST && !ending.timestamps() && (!mayDestroy || ending.cookie() == 0)) {
            return Math.max(row, KERNEL_TIME_WAIT_MILLIS);
        }
        return complete ? Math.max(row, floors.fixedMillis()) : row;
    }

    /**
     * The floor towards a destination that judges a SYN by its sequence number alone (FreeBSD's TIME_WAIT): the rows without
     * timestamps apply whether they were in use or not.
     */
    public long strictFloorMillis(Ending ending) {
        return Math.max(floorMillis(ending), rowMillis(ending, false));
    }

    /**
     * Whether the four-tuple has only the unknown row's floor to offer, so that another one is better.
     *
     * @return true for a complete close without timestamps whose sequence numbers may overlap the next incarnation's
     */
    public boolean isSecondChoice(Ending ending) {
        boolean complete = ending.close() == Ending.Close.WE_FIRST || ending.close() == Ending.Close.PEER_FIRST;
        return complete && !ending.timestamps() && sequenceFloorMillis(ending) < 0;
    }

    /** What may be done with a four-tuple whose connection ended so, {@code ageMillis} ago. */
    public Decision decide(Ending ending, long ageMillis) {
        return decide(kernelState(ending), floorMillis(ending), ageMillis);
    }

    /**
     * What may be done with a four-tuple in {@code state}.
     *
     * @param floorMillis its floor
     * @param ageMillis time since release
     */
    public Decision decide(KernelState state, long floorMillis, long ageMillis) {
        if (ageMillis < floorMillis) {
            return Decision.SKIP;
        }
        return switch (state) {
            case NOTHING, STEALABLE -> Decision.USE;
            case UNKNOWN -> Decision.LOOK_UP_FIRST;
            case BLOCKING ->
                ageMillis >= KERNEL_TIME_WAIT_MILLIS
                        ? Decision.USE
                        : mayDestroy ? Decision.DESTROY_FIRST : Decision.SKIP;
        };
    }

    /**
     * Whether a four-tuple may be destroyed ahead of its use because the kernel's TIME_WAIT table is nearly full
     * (tcp_max_tw_buckets; beyond it the kernel would drop the newest).
     */
    public boolean mayRelieve(KernelState state, long floorMillis, long ageMillis) {
        return mayDestroy
                && ageMillis >= floorMillis
                && ageMillis < KERNEL_TIME_WAIT_MILLIS
                && (state == KernelState.STEALABLE || state == KernelState.BLOCKING);
    }

    private long rowMillis(Ending ending, boolean timestamps) {
        return switch (ending.close()) {
            case WE_FIRST, PEER_FIRST, RESET_BY_PEER -> completeMillis(ending, timestamps);
            case RESET_BY_US ->
                ending.allAcknowledged()
                        ? 2 * completeMillis(ending, timestamps)
                        : Math.max(floors.unknownMillis(), 2 * completeMillis(ending, timestamps));
            case REFUSED -> floors.refusedMillis();
            case SYN_TIMED_OUT -> floors.synTimeoutMillis();
            case UNFINISHED -> floors.unknownMillis();
        };
    }

    private long completeMillis(Ending ending, boolean timestamps) {
        if (timestamps) {
            return Math.max(
                    floors.timestampsMillis(),
                    Math.max(roundUp(2 * ending.srttMicros()), retransmissionMillis(ending)));
        }
        long sequence = ending.close() == Ending.Close.PEER_FIRST ? -1 : sequenceFloorMillis(ending);
        // A long RTO may lift the sequence row above the unknown one; then the unknown row must not undercut it.
        return sequence < 0 ? Math.max(floors.unknownMillis(), retransmissionMillis(ending)) : sequence;
    }

    /**
     * The least age at and after which the sequence numbers of both directions are disjoint, up to the unknown row's floor.
     *
     * @return −1 if there is none, or if too little is known
     */
    private long sequenceFloorMillis(Ending ending) {
        if (ending.close() == Ending.Close.PEER_FIRST
                || !ending.clockedSequence()
                || ending.bytesSent() < 0
                || ending.bytesReceived() < 0) {
            return -1;
        }
        long peerClock = floors.peerIsLinux() ? LINUX_CLOCK_PER_MILLI : SLOWEST_CLOCK_PER_MILLI;
        long disjointTowardsUs = ceilingOf(ending.bytesReceived(), peerClock) - ending.durationMillis();
        long floor = Math.max(
                Math.max(floors.sequenceMillis(), retransmissionMillis(ending)),
                Math.max(disjointTowardsUs, disjointTowardsPeer(ending)));
        boolean early = floor < floors.unknownMillis();
        return early && sendGap(ending, floor) > STEAL_GAP && staysDisjoint(ending, floor) ? floor : -1;
    }

    /** The age from which our own clock is ahead of what was sent, wrapped clocks aside. */
    private static long disjointTowardsPeer(Ending ending) {
        return ceilingOf(ending.bytesSent() + 2 + STEAL_GAP + 1, LINUX_CLOCK_PER_MILLI) - ending.durationMillis();
    }

    /** Distance from the old incarnation's last sequence number to the next initial one, modulo 2^32. */
    private static long sendGap(Ending ending, long ageMillis) {
        return Math.floorMod(
                (ending.durationMillis() + ageMillis) * LINUX_CLOCK_PER_MILLI - ending.bytesSent() - 2, SEQUENCE_SPACE);
    }

    /** True if the gap stays below half of the sequence space until the unknown row's floor allows the tuple anyway. */
    private boolean staysDisjoint(Ending ending, long fromMillis) {
        long grows = (floors.unknownMillis() - fromMillis) * LINUX_CLOCK_PER_MILLI;
        return sendGap(ending, fromMillis) + grows < SEQUENCE_SPACE / 2;
    }

    private static long retransmissionMillis(Ending ending) {
        return roundUp(ending.rtoMicros() * 7 / 2);
    }

    private static long roundUp(long micros) {
        return ceilingOf(micros, 1_000);
    }

    private static long ceilingOf(long amount, long unit) {
        return (amount + unit - 1) / unit;
    }
}
