package dev.tidewait.evidence.live;

import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.ports.IpAddress;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One segment that came late. Immutable.
 *
 * @param remote who sent it
 * @param ageNanos since its connection ended
 * @param beforeNanos age of that connection's late segment before this one; 0 if this is the first
 * @param beforeNeedingNanos the same of its late FIN or data
 * @param roundTrip of its connection
 * @param kind what it was
 * @param happening what it met
 * @param ending how its connection ended
 */
record LateEvent(
        IpAddress remote,
        long ageNanos,
        long beforeNanos,
        long beforeNeedingNanos,
        RoundTripClass roundTrip,
        LateKind kind,
        Happening happening,
        LiveEnding ending) {

    /** In the order of {@code enum happening}. */
    enum Happening {
        /** It met TIME_WAIT, or nothing. */
        LATE,
        /** It met a new incarnation that cannot take it. */
        REJECTED
    }

    private static final List<Happening> HAPPENINGS = List.of(Happening.values());
    private static final List<LiveEnding> ENDINGS = List.of(LiveEnding.values());

    /** @param event a struct late_event */
    static LateEvent read(MemorySegment event) {
        return new LateEvent(
                LiveLayout.address(event, LiveLayout.EVENT_REMOTE),
                event.get(LiveLayout.LONG, LiveLayout.EVENT_AGE),
                event.get(LiveLayout.LONG, LiveLayout.EVENT_BEFORE),
                event.get(LiveLayout.LONG, LiveLayout.EVENT_BEFORE_NEEDING),
                RoundTripClass.of(event.get(LiveLayout.INT, LiveLayout.EVENT_ROUND_TRIP) & 0xffff_ffffL),
                LateKind.of(
                        event.get(LiveLayout.BYTE, LiveLayout.EVENT_TCP_FLAGS) & 0xff,
                        event.get(LiveLayout.INT, LiveLayout.EVENT_PAYLOAD)),
                HAPPENINGS.get(event.get(LiveLayout.BYTE, LiveLayout.EVENT_HAPPENING)),
                ENDINGS.get(event.get(LiveLayout.BYTE, LiveLayout.EVENT_ENDING)));
    }
}
