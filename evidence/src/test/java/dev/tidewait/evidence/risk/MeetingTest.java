package dev.tidewait.evidence.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** When a copy finds a later incarnation alive, against sums that can be done by hand: with a Pareto tail of shape 1 a share scale ÷ t is later than t. */
class MeetingTest {
    private static final double SCALE = 0.01;
    private static final DelayTail TAIL = new ParetoTail(SCALE, 1);
    private static final SendTimes AT_ONCE = new SendTimes(List.of(0.0), List.of(1.0));

    @Test
    void shouldMeetTheNextWhileThatIsLive() {
        Meeting meeting = new Meeting(2, 0.5, 0.5, AT_ONCE);
        // Sent 0.5 s before the end: delays from 2.5 to 3.0 s meet the next, from 5.0 to 5.5 s the one after.
        assertThat(meeting.probability(TAIL, 1)).isCloseTo(SCALE / 2.5 - SCALE / 3.0, within(1e-15));
        assertThat(meeting.probability(TAIL, 2)).isCloseTo(SCALE / 5.0 - SCALE / 5.5, within(1e-15));
    }

    @Test
    void shouldKnowThatLaterOnesMayLiveLonger() {
        assertThat(new Meeting(2, 0.5, 1, AT_ONCE).probability(TAIL, 2))
                .isCloseTo(SCALE / 5.5 - SCALE / 6.5, within(1e-15));
    }

    @Test
    void shouldCountThatTheLastIncarnationHasNoneBehindIt() {
        Meeting meeting = new Meeting(2, 0.5, 0.5, AT_ONCE);
        assertThat(meeting.probability(TAIL, 1.0)).isZero();
        assertThat(meeting.probability(TAIL, 2.0)).isCloseTo(meeting.probability(TAIL, 1) / 2, within(1e-15));
        assertThat(meeting.probability(TAIL, 3.0))
                .isCloseTo(meeting.probability(TAIL, 1) * 2 / 3 + meeting.probability(TAIL, 2) / 3, within(1e-15));
    }

    @Test
    void shouldTakeSegmentsAsSpreadEvenlyWhereNothingElseIsSaid() {
        double sum = 0;
        for (double sent : new double[] {0.05, 0.15, 0.25, 0.35, 0.45}) {
            sum += new Meeting(2, 0.5, 0.5, new SendTimes(List.of(sent), List.of(1.0))).probability(TAIL, 1) / 5;
        }
        assertThat(new Meeting(2, 0.5).probability(TAIL, 1)).isCloseTo(sum, within(sum * 1e-3));
    }

    @Test
    void shouldNeverBeMoreThanTheBound() {
        for (double age : new double[] {0, 0.1, 1, 10, 60}) {
            Meeting meeting = new Meeting(age, 0.2);
            assertThat(meeting.probability(TAIL, 1_000.0)).isLessThanOrEqualTo(meeting.atMost(TAIL));
        }
    }

    @Test
    void shouldTakeTimesAsTheyWereCounted() {
        SendTimes counted = SendTimes.ofBins(0.1, List.of(3L, 0L, 1L));
        assertThat(counted.seconds()).containsExactly(0.05, 0.25);
        assertThat(counted.shares()).containsExactly(0.75, 0.25);
        assertThatThrownBy(() -> SendTimes.ofBins(0.1, List.of(0L))).hasMessage("no segment was counted");
    }
}
