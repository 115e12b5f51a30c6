package dev.tidewait.lab.peers;

import dev.tidewait.lab.product.HookCount;
import java.util.Optional;
import java.util.OptionalLong;

/** Made-up outcomes. */
final class PeerOutcomes {
    private PeerOutcomes() {}

    static PeerOutcome of(String cell, double perSecond, long failed, int outages) {
        return new PeerOutcome(
                PeerCell.named(cell),
                0,
                Math.round(perSecond * 15),
                failed,
                perSecond,
                1_000,
                2_000,
                outages,
                failed == 0 ? "{}" : "{early_eof=" + failed + "}",
                0,
                100,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                15_000);
    }

    static PeerOutcome under(String cell, double perSecond, long failed, HookCount hook, long failedAfterwards) {
        PeerOutcome plain = of(cell, perSecond, failed, 0);
        return new PeerOutcome(
                plain.cell(),
                plain.asked(),
                plain.done(),
                failed,
                perSecond,
                plain.p50Micros(),
                plain.p99Micros(),
                0,
                plain.causes(),
                0,
                100,
                Optional.of(hook),
                Optional.empty(),
                OptionalLong.of(failedAfterwards),
                plain.millis());
    }

    static PeerOutcome reaped(String cell, long failed, long p99Micros, double cpuShare) {
        PeerOutcome plain = of(cell, 8_000, failed, 0);
        return new PeerOutcome(
                plain.cell(),
                8_000,
                plain.done(),
                failed,
                8_000,
                plain.p50Micros(),
                p99Micros,
                0,
                plain.causes(),
                0,
                100,
                Optional.empty(),
                Optional.of(new ReapCount(100_000, cpuShare)),
                OptionalLong.empty(),
                plain.millis());
    }
}
