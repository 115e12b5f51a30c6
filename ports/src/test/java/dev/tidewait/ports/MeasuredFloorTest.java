package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.ports.Ending.Close;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An age that was measured, in place of the rows without timestamps. */
final class MeasuredFloorTest {
    private static final TimeWaitRule STANDARD = new TimeWaitRule(Floors.DEFAULT, true);
    private static final TimeWaitRule SHORT = new TimeWaitRule(Floors.DEFAULT.withMeasured(2_300), true);
    private static final TimeWaitRule LONG = new TimeWaitRule(Floors.DEFAULT.withMeasured(24_000), true);

    @Test
    void shouldStandForBothRowsWithoutTimestampsAfterBothFins() {
        for (boolean clocked : new boolean[] {true, false}) {
            Ending ending = ending(Close.WE_FIRST, false, clocked, 200_000);
            assertThat(SHORT.floorMillis(ending)).as("%s", clocked).isEqualTo(2_300);
            assertThat(LONG.floorMillis(ending)).as("%s", clocked).isEqualTo(24_000);
        }
        assertThat(STANDARD.floorMillis(ending(Close.WE_FIRST, false, true, 200_000)))
                .isEqualTo(5_000);
    }

    @Test
    void shouldLeaveTimestampsAlone() {
        Ending ending = ending(Close.WE_FIRST, true, true, 200_000);
        assertThat(List.of(STANDARD.floorMillis(ending), SHORT.floorMillis(ending), LONG.floorMillis(ending)))
                .containsOnly(1_000L);
    }

    @Test
    void shouldStillBeLiftedByALongRto() {
        assertThat(SHORT.floorMillis(ending(Close.WE_FIRST, false, true, 3_000_000)))
                .isEqualTo(10_500);
    }

    @Test
    void shouldLiftButNeverLowerWhatWasNotMeasured() {
        assertThat(SHORT.floorMillis(ending(Close.PEER_FIRST, false, true, 200_000)))
                .as("late segments meet the peer")
                .isEqualTo(15_000);
        assertThat(LONG.floorMillis(ending(Close.PEER_FIRST, false, true, 200_000)))
                .isEqualTo(24_000);
        assertThat(SHORT.floorMillis(ending(Close.RESET_BY_PEER, false, false, 200_000)))
                .isEqualTo(15_000);
        assertThat(SHORT.floorMillis(ending(Close.RESET_BY_PEER, false, true, 200_000)))
                .isEqualTo(5_000);
        assertThat(SHORT.floorMillis(ending(Close.RESET_BY_US, false, false, 200_000)))
                .isEqualTo(30_000);
        assertThat(SHORT.floorMillis(ending(Close.UNFINISHED, false, false, 200_000)))
                .isEqualTo(15_000);
        assertThat(LONG.floorMillis(ending(Close.RESET_BY_PEER, false, true, 200_000)))
                .isEqualTo(24_000);
    }

    @Test
    void shouldNotLowerTheFloorOfAnEndOfWhichTheKernelToldNothing() {
        for (Close close : List.of(Close.WE_FIRST, Close.PEER_FIRST)) {
            Ending blind = new Ending(close, false, 0, 0, 100, -1, -1, false, true, 1);
            assertThat(SHORT.floorMillis(blind)).as("%s", close).isEqualTo(15_000);
            assertThat(LONG.floorMillis(blind)).as("%s", close).isEqualTo(24_000);
        }
    }

    /** A peer that judges a SYN by its sequence number holds its own TIME_WAIT: how late segments are says nothing of that. */
    @Test
    void shouldNotLowerTheFloorTowardsASequenceStrictDestination() {
        for (Close close : Close.values()) {
            Ending ending = ending(close, false, false, 200_000);
            assertThat(SHORT.strictFloorMillis(ending)).as("%s", close).isEqualTo(STANDARD.strictFloorMillis(ending));
        }
    }

    @Test
    void shouldNeverRoundDownToAClassAndKeepEightOfThem() {
        Random random = new Random(8);
        for (int i = 0; i < 2_000; i++) {
            Floors floors = new Floors(1_000 + random.nextInt(3_000), 5_000, 15_000, 5_000, 15_000, 60_000, 0, false)
                    .withMeasured(1_000 + random.nextInt(59_001));
            FloorClasses classes = new FloorClasses(floors);
            assertThat(classes.count()).isEqualTo(8);
            for (long wanted : new long[] {floors.timestampsMillis(), floors.measuredMillis(), 5_000, 15_000, 30_000}) {
                for (boolean second : new boolean[] {true, false}) {
                    assertThat(classes.floorMillis(classes.classOf(wanted, second)))
                            .as("%d of %s", wanted, floors)
                            .isGreaterThanOrEqualTo(wanted);
                }
            }
            assertThat(classes.floorMillis(classes.classOf(floors.measuredMillis(), true)))
                    .isEqualTo(floors.measuredMillis());
            assertThat(classes.floorMillis(classes.classOf(floors.measuredMillis(), false)))
                    .isEqualTo(floors.measuredMillis());
        }
    }

    @Test
    void shouldNotGoBelowTheLeastThatAMeasurementMayLeadTo() {
        assertThatThrownBy(() -> Floors.DEFAULT.withMeasured(999)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldLiftRowsWithoutTurningTheirOrder() {
        assertThat(Floors.DEFAULT.withAtLeast(10_000, 10_000))
                .isEqualTo(new Floors(1_000, 10_000, 15_000, 5_000, 15_000, 60_000, 0, false));
        assertThat(Floors.DEFAULT.withAtLeast(20_000, 2_000))
                .isEqualTo(new Floors(1_000, 20_000, 20_000, 5_000, 15_000, 60_000, 0, false));
    }

    private static Ending ending(Close close, boolean timestamps, boolean clocked, long rtoMicros) {
        return new Ending(close, timestamps, 1_000, rtoMicros, 100, 1_000, 1_000, true, clocked, 1);
    }
}
