package dev.tidewait.lab.churn;

import dev.tidewait.lab.LateCopies;
import dev.tidewait.lab.LinkFaults;
import dev.tidewait.lab.LinkPlan;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What the link does to packets. Immutable.
 *
 * @param kind which faults there are at all
 * @param fromProxy to what the proxy sends
 * @param fromServer to what the server sends
 * @param late copies of a four-tuple's former incarnation are delivered into the next one over so long; zero = none
 */
public record Weather(Kind kind, LinkFaults fromProxy, LinkFaults fromServer, Duration late) {
    /** Share of the data that {@link Breakage#BYTE} changes. */
    private static final double FORGED = 2e-3;

    /** Which faults there are. */
    public enum Kind {
        /** Loss, duplicates, reordering, jitter, bits turned over, copies held back, and black-holes again and again. */
        STORM,
        /** All but what makes packets vanish: a lost SYN makes the rule longer, see {@link ChurnPlan#strictFloor}. */
        WIND,
        /** No faults. */
        CALM;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Faults of a kind by chance: the same for the same seed. */
    public static Weather of(Kind kind, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LinkFaults fromProxy = faults(kind, random);
        LinkFaults fromServer = faults(kind, random);
        Duration late = kind == Kind.CALM ? Duration.ZERO : millis(random, 100, 300);
        return new Weather(kind, fromProxy, fromServer, late);
    }

    private static LinkFaults faults(Kind kind, SplittableRandom random) {
        LinkFaults faults = LinkFaults.NONE;
        if (kind == Kind.CALM) {
            return faults;
        }
        faults = faults.withDelay(micros(random, 300, 1_500), micros(random, 300, 1_500))
                .withDuplicates(random.nextDouble(0.005, 0.03))
                .withReordering(random.nextDouble(0.005, 0.03));
        if (kind == Kind.WIND) {
            return faults;
        }
        Duration from = millis(random, 3_000, 6_000);
        return faults.withLoss(random.nextDouble(0.001, 0.005))
                .withCorruption(random.nextDouble(0.000_5, 0.003))
                .withBlackHoles(from, from.plus(millis(random, 300, 1_500)), millis(random, 20_000, 40_000));
    }

    private static Duration millis(SplittableRandom random, int least, int most) {
        return Duration.ofMillis(random.nextInt(least, most));
    }

    private static Duration micros(SplittableRandom random, int least, int most) {
        return Duration.ofNanos(random.nextInt(least, most) * 1_000L);
    }

    /** The longest that a packet to the proxy can be under way longer than another one. */
    Duration unevenness() {
        return fromServer.delay().plus(fromServer.jitter());
    }

    LinkPlan link(long seed, Breakage breakage) {
        double forged = breakage == Breakage.BYTE ? FORGED : 0;
        LinkPlan link =
                LinkPlan.PLAIN.withSeed(seed).withFaults(fromProxy.withForgery(forged), fromServer.withForgery(forged));
        return late.isPositive() ? link.withLate(LateCopies.NONE.within(late)) : link;
    }

    /** In words, for whoever watches. */
    String description() {
        if (kind == Kind.CALM) {
            return "calm: no faults";
        }
        return String.format(
                Locale.ROOT,
                "%s: to the server %s; from the server %s; late copies over %d ms",
                kind,
                words(fromProxy),
                words(fromServer),
                late.toMillis());
    }

    private static String words(LinkFaults faults) {
        String rest = faults.lose() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", lost %.2f %%, corrupted %.2f %%, black for %d ms every %.1f s",
                        faults.lose() * 100,
                        faults.corrupt() * 100,
                        faults.black().to().minus(faults.black().from()).toMillis(),
                        faults.black().every().toMillis() / 1e3);
        return String.format(
                Locale.ROOT,
                "%.1f ms + up to %.1f ms, doubled %.1f %%, ahead %.1f %%%s",
                faults.delay().toNanos() / 1e6,
                faults.jitter().toNanos() / 1e6,
                faults.duplicate() * 100,
                faults.reorder() * 100,
                rest);
    }
}
