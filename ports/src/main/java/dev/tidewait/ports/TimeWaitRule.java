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
     * 3.4.1: 250 units per millisecond. A clock as fast as Linux's is round after 274.9 s; then the distance says nothing any more.
     *
     * A RST says nothing about what is still under way, so a connection that we reset cools twice as long.
     *
     * A measured age (docs/how-low.md) stands for the rows without timestamps after FIN both ways, ours first. PAWS needs no
     * measurement, and what ended otherwise (its late segments meet the peer), or meets a peer that judges a SYN by its sequence number, was not measured: there it lifts only.
     */

    /** Ceiling of what TIME_WAIT lasts in the kernel: 60 s on a timer wheel whose granularity is 1/16 (TCP_TIMEWAIT_LEN). */
    static final long KERNEL_TIME_WAIT_MILLIS = 63_750;

    private static final long LINUX_CLOCK_PER_MILLI = 15_625;
    private static final long SLOWEST_CLOCK_PER_MILLI = 250;
    private static final long HALF_OF_SEQUENCE_SPACE = 1L << 31;
    /** Shorter than it takes Linux's clock to go round: 2^32 units at 15,625 a millisecond. */
    private static final long CLOCK_ROUND_MILLIS = 274_000;
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
        long row = rowMillis(ending, ending.timestamps(), isMeasured(ending));
        boolean kernelKeepsIt = kernelState(ending) == KernelState.BLOCKING && (!mayDestroy || ending.cookie() == 0);
        return kernelKeepsIt ? Math.max(row, KERNEL_TIME_WAIT_MILLIS) : row;
    }

    /**
     * The floor towards a destination that judges a SYN by its sequence number alone (FreeBSD's TIME_WAIT): the rows without
     * timestamps apply whether they were in use or not.
     */
    public long strictFloorMillis(Ending ending) {
        return Math.max(floorMillis(ending), rowMillis(ending, false, false));
    }

    /**
     * Whether the four-tuple has only the unknown row's floor to offer, so that another one is better.
     *
     * @return true for FIN both ways or RST from the peer, without timestamps, if the sequence numbers may overlap the next
     *     incarnation's
     */
    public boolean isSecondChoice(Ending ending) {
        return !ending.timestamps() && isStrictSecondChoice(ending);
    }

    /** The same towards a destination that judges a SYN by its sequence number alone. */
    public boolean isStrictSecondChoice(Ending ending) {
        return switch (ending.close()) {
            case WE_FIRST, RESET_BY_PEER -> sequenceFloorMillis(ending, isMeasured(ending)) < 0;
            case PEER_FIRST -> true;
            case REFUSED, RESET_BY_US, SYN_TIMED_OUT, UNFINISHED -> false;
        };
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

    /** @param byMeasurement whether a measured age may stand for a longer row */
    private long rowMillis(Ending ending, boolean timestamps, boolean byMeasurement) {
        return switch (ending.close()) {
            case WE_FIRST, PEER_FIRST, RESET_BY_PEER ->
                Math.max(floors.fixedMillis(), completeMillis(ending, timestamps, byMeasurement));
            case RESET_BY_US -> {
                long twice = Math.max(floors.fixedMillis(), 2 * completeMillis(ending, timestamps, byMeasurement));
                yield ending.allAcknowledged() ? twice : Math.max(floors.unknownMillis(), twice);
            }
            case REFUSED -> floors.refusedMillis();
            case SYN_TIMED_OUT -> floors.synTimeoutMillis();
            case UNFINISHED -> Math.max(floors.fixedMillis(), floors.unknownMillis());
        };
    }

    private long completeMillis(Ending ending, boolean timestamps, boolean byMeasurement) {
        if (timestamps) {
            return Math.max(
                    floors.timestampsMillis(),
                    Math.max(ceilingOf(2 * ending.srttMicros(), 1_000), retransmissionMillis(ending)));
        }
        long sequence = ending.close() == Ending.Close.PEER_FIRST ? -1 : sequenceFloorMillis(ending, byMeasurement);
        // A long RTO may lift the sequence row above the unknown one; then the unknown row must not undercut it.
        return sequence < 0
                ? Math.max(measuredOr(floors.unknownMillis(), byMeasurement), retransmissionMillis(ending))
                : sequence;
    }

    /**
     * FIN both ways, which is what measurements are made of; ours first, for they are made at this end, and where the peer was first it is there that
     * TIME_WAIT is held and late segments arrive. Where the kernel told nothing of the end, not even that is sure.
     */
    private static boolean isMeasured(Ending ending) {
        return ending.close() == Ending.Close.WE_FIRST && ending.rtoMicros() > 0;
    }

    private long measuredOr(long rowMillis, boolean byMeasurement) {
        long measured = floors.measuredMillis();
        return measured != 0 && byMeasurement ? measured : Math.max(rowMillis, measured);
    }

    /**
     * The least age from which the sequence numbers of both directions are disjoint, and stay so until the unknown row would allow
     * the four-tuple anyway.
     *
     * @return −1 if there is none, or if too little is known
     */
    private long sequenceFloorMillis(Ending ending, boolean byMeasurement) {
        if (!ending.clockedSequence() || ending.bytesSent() < 0 || ending.bytesReceived() < 0) {
            return -1;
        }
        long row = Math.max(measuredOr(floors.sequenceMillis(), byMeasurement), retransmissionMillis(ending));
        long last = Math.max(row, measuredOr(floors.unknownMillis(), byMeasurement));
        long floor = row;
        if (!areDisjoint(ending, row)) {
            floor = Math.max(row, Math.max(disjointTowardsUs(ending), disjointTowardsPeer(ending)));
        }
        boolean holds = floor <= last
                && ending.durationMillis() + last < CLOCK_ROUND_MILLIS
                && sendGap(ending, last) < HALF_OF_SEQUENCE_SPACE;
        return holds ? floor : -1;
    }

    /** Whether both directions are disjoint at {@code ageMillis}; as a rule they are, and no division is needed. */
    private boolean areDisjoint(Ending ending, long ageMillis) {
        return ending.bytesReceived() <= peerClockPerMilli() * (ending.durationMillis() + ageMillis)
                && sendGap(ending, ageMillis) > STEAL_GAP;
    }

    private long peerClockPerMilli() {
        return floors.peerIsLinux() ? LINUX_CLOCK_PER_MILLI : SLOWEST_CLOCK_PER_MILLI;
    }

    /** The age from which the peer's clock is ahead of what it sent. */
    private long disjointTowardsUs(Ending ending) {
        return ceilingOf(ending.bytesReceived(), peerClockPerMilli()) - ending.durationMillis();
    }

    /** The age from which our own clock is far enough ahead of what we sent. */
    private static long disjointTowardsPeer(Ending ending) {
        return ceilingOf(ending.bytesSent() + 2 + STEAL_GAP + 1, LINUX_CLOCK_PER_MILLI) - ending.durationMillis();
    }

    /** Distance from the old incarnation's last sequence number to the next initial one, as long as the clock has not gone round. */
    private static long sendGap(Ending ending, long ageMillis) {
        return (ending.durationMillis() + ageMillis) * LINUX_CLOCK_PER_MILLI - ending.bytesSent() - 2;
    }

    /** 3.5 RTO. */
    private static long retransmissionMillis(Ending ending) {
        return ceilingOf(7 * ending.rtoMicros(), 2_000);
    }

    private static long ceilingOf(long amount, long unit) {
        return (amount + unit - 1) / unit;
    }
}
