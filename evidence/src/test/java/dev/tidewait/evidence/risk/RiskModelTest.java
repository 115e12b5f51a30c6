package dev.tidewait.evidence.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewait.evidence.risk.Receiver.Acknowledgement;
import dev.tidewait.evidence.risk.Receiver.Sequence;
import dev.tidewait.evidence.risk.Receiver.Timestamps;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The model against what docs/safety.md says of it, and against hand-made sums. */
class RiskModelTest {
    private static final LastAck PATH = new LastAck(0.01, 0.3);

    private static Receiver unrelated(Timestamps timestamps, double windowBytes) {
        return new Receiver(timestamps, Sequence.UNRELATED, Acknowledgement.ACCEPTABLE, windowBytes);
    }

    /** docs/safety.md, "where the promise ends". */
    @ParameterizedTest
    @CsvSource({"65536, 1.5e-5", "1048576, 2.4e-4"})
    void shouldTakeAnUnrelatedSegmentForRealAsOftenAsTheWindowIsWide(double window, double probability) {
        assertThat(unrelated(Timestamps.ABSENT, window).accepted()).isCloseTo(probability, within(probability * 0.03));
        assertThat(unrelated(Timestamps.UNRELATED, window).accepted())
                .isCloseTo(probability / 2, within(probability * 0.02));
        assertThat(unrelated(Timestamps.ORDERED, window).accepted()).isZero();
    }

    /** The same page: 10^-2 spurious copies, 10^-3 of them later than 5 s, 1 MiB: about 2·10^-9 for each reuse. */
    @Test
    void shouldRiskWhatTheSafetyPageSaysAtFiveSeconds() {
        DelayTail oneInAThousand = new ParetoTail(0.005, 1); // 0.005 s ÷ 5 s
        RiskModel model = new RiskModel(oneInAThousand, 1e-2, unrelated(Timestamps.ABSENT, 1 << 20), PATH);

        Risk risk = model.at(5);

        assertThat(risk.late()).isCloseTo(1e-5, within(1e-12));
        assertThat(risk.accepted()).isCloseTo(2.4e-9, within(5e-11));
        assertThat(risk.acceptedPerDay(1_000)).isCloseTo(0.21, within(0.01));
        assertThat(risk.beyondKnown()).isFalse();
    }

    @Test
    void shouldChallengeWhatIsInTheWindowWithAForeignAcknowledgement() {
        Receiver receiver = new Receiver(Timestamps.ABSENT, Sequence.UNRELATED, Acknowledgement.UNRELATED, 1 << 24);
        assertThat(receiver.inWindow()).isEqualTo(1.0 / 256);
        assertThat(receiver.challenged() + receiver.accepted()).isCloseTo(1.0 / 256, within(1e-15));
        assertThat(receiver.accepted())
                .as("two windows of acknowledgements: RFC 5961 section 5.2")
                .isEqualTo(1.0 / 256 * 2 / 256);
        assertThat(new Receiver(Timestamps.UNRELATED, Sequence.UNRELATED, Acknowledgement.UNRELATED, 1 << 24)
                        .challenged())
                .isCloseTo(receiver.challenged() / 2, within(1e-15));
    }

    @Test
    void shouldRiskNothingWhereTheRangesLieApart() {
        Receiver apart = new Receiver(Timestamps.ABSENT, Sequence.APART, Acknowledgement.ACCEPTABLE, 1 << 20);
        RiskModel model = new RiskModel(new ParetoTail(1, 1), 1, apart, PATH);
        assertThat(model.at(0).accepted()).isZero();
        assertThat(model.at(0).late()).isEqualTo(1);
        assertThat(model.lowestAgeSeconds(1e-12)).isZero();
    }

    @Test
    void shouldFindTheAgeOfARisk() {
        RiskModel model = new RiskModel(new ParetoTail(0.05, 1), 1e-2, unrelated(Timestamps.ABSENT, 1 << 20), PATH);
        double age = model.lowestAgeSeconds(1e-8);
        assertThat(model.at(age).accepted()).isCloseTo(1e-8, within(1e-15));
        assertThat(age).isCloseTo(0.05 * 1e-2 * 0x1.0p-12 / 1e-8, within(1e-9));
    }

    @Test
    void shouldAdmitThatTheTailIsNotKnownSoFar() {
        RiskModel model =
                new RiskModel(DelayTails.named("imc15-90"), 1e-2, unrelated(Timestamps.ABSENT, 1 << 20), PATH);
        assertThat(model.at(2.9).beyondKnown()).isFalse();
        assertThat(model.at(5).beyondKnown()).isTrue();
        assertThat(model.at(5).late()).isCloseTo(1e-4, within(1e-12));
        assertThat(model.lowestAgeSeconds(1e-12)).isInfinite();
    }

    /** The table of the repetitions of a FIN: one loss, and then the FIN or its answer lost again each time. */
    @ParameterizedTest
    @CsvSource({
        "0.001, 0.3, 0, 1e-3", "0.001, 0.3, 0.5, 2e-6", "0.001, 0.3, 1, 4e-9", "0.001, 1, 1, 2e-6",
        "0.01, 0.3, 0, 1e-2", "0.01, 0.3, 0.5, 2e-4", "0.01, 0.3, 1, 4e-6", "0.01, 1, 5, 4e-6",
        "0.03, 0.3, 1, 1e-4", "0.03, 1, 5, 1e-4", "0.03, 1, 10, 6e-6"
    })
    void shouldLoseTheLastAckSoOften(double loss, double rto, double age, double probability) {
        assertThat(new LastAck(loss, rto).probability(age)).isCloseTo(probability, within(probability * 0.2));
    }

    /** 15.6 MB for each second of a Linux server's clock, half a turn after 137.4 s; and 4 GB reach round from behind into the next window. */
    @ParameterizedTest
    @CsvSource({
        "15625000, 0, 1, 15000000, APART", "15625000, 0, 1, 15700000, OVERLAPPING",
        "15625000, 0, 60, 937000000, APART", "250000, 0, 5, 1150000, APART",
        "250000, 0, 5, 1260000, OVERLAPPING", "15625000, 77, 60, 1000, APART",
        "15625000, 78, 60, 1000, OVERLAPPING", "15625000, 215, 60, 1000, APART",
        "15625000, 240, 60, 4000000000, OVERLAPPING", "15625000, 140, 60, 3000000000, APART"
    })
    void shouldKnowWhetherTheNextRangeLiesBehindTheFormer(
            double clock, double open, double age, long bytes, Sequence relation) {
        assertThat(new SequenceGap(clock, open, age, bytes).relation()).isEqualTo(relation);
    }

    @Test
    void shouldBoundRareThings() {
        assertThat(PoissonBounds.of(0)).isEqualTo(new PoissonBounds(0, 0));
        assertThat(PoissonBounds.of(1)).isEqualTo(new PoissonBounds(0, 3));
        assertThat(PoissonBounds.of(20)).isEqualTo(new PoissonBounds(12, 29));
        PoissonBounds large = PoissonBounds.of(10_000);
        assertThat(large.low()).isBetween(9_800L, 9_808L);
        assertThat(large.high()).isBetween(10_193L, 10_200L);
        assertThat(large.contain(10_100)).isTrue();
        assertThat(large.contain(10_300)).isFalse();
        assertThat(PoissonBounds.of(1e6)).isEqualTo(new PoissonBounds(998_040, 1_001_960));
    }

    @Test
    void shouldRefuseWhatIsNoPath() {
        assertThatThrownBy(() -> new LastAck(1.5, 1)).hasMessageContaining("loss is 0 to 1");
        assertThatThrownBy(() -> unrelated(Timestamps.ABSENT, -1)).hasMessageContaining("a window has");
    }
}
