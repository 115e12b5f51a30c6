package dev.tidewait.lab.floor;

import dev.tidewait.evidence.risk.DelayTail;
import dev.tidewait.evidence.risk.Meeting;
import dev.tidewait.evidence.risk.MonteCarlo;
import dev.tidewait.evidence.risk.PoissonBounds;
import dev.tidewait.lab.Verdict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/**
 * A rate to one destination that no lab of one machine keeps up for long, by the model's dice: 28,232 ports, oldest first, no floor. Immutable.
 *
 * @param tail how late copies are
 * @param perSecond connections
 * @param dice what was drawn
 * @param predictedMet by the formula
 */
record FastRate(DelayTail tail, int perSecond, MonteCarlo.Result dice, double predictedMet) {
    private static final int PORTS = 28_232; // Linux's automatic ones
    private static final int[] RATES = {470, 500, 1_000, 2_000, 3_000, 6_000, 12_000, 24_000};
    private static final double OPEN_SECONDS = 0.1;
    private static final int CONNECTIONS = 300_000;
    private static final double COPIES = 4; // of each connection; what follows is told for one

    static List<FastRate> all(List<DelayTail> tails, long seed) {
        List<FastRate> rates = new ArrayList<>();
        for (DelayTail tail : tails) {
            for (int rate : RATES) {
                MonteCarlo.Result dice =
                        new MonteCarlo(rate, PORTS, 0, OPEN_SECONDS, COPIES, tail).run(CONNECTIONS, seed + rate);
                double meets = new Meeting(dice.meanAgeSeconds(), OPEN_SECONDS)
                        .probability(tail, (double) CONNECTIONS / PORTS);
                rates.add(new FastRate(tail, rate, dice, (double) dice.copies() * meets));
            }
        }
        return rates;
    }

    /** By one spurious copy of each connection. */
    private double metByOneCopy() {
        return (double) dice.met() / (double) dice.copies();
    }

    static Verdict verdict(List<FastRate> rates) {
        double predicted = rates.stream().mapToDouble(FastRate::predictedMet).sum();
        long met = rates.stream().mapToLong(rate -> rate.dice.met()).sum();
        PoissonBounds bounds = PoissonBounds.of(predicted);
        return Verdict.of(
                bounds.contain(met),
                "at rates beyond the lab the Monte Carlo and the formula say the same",
                "%,.0f copies predicted to meet a later connection (95 %%: %,d to %,d), %,d did",
                predicted,
                bounds.low(),
                bounds.high(),
                met);
    }

    static void print(List<FastRate> rates, PrintWriter out) {
        out.printf(
                "By the model's dice, %,d ports, oldest first, no floor; for one spurious copy of each connection:%n",
                PORTS);
        out.printf("%-16s %8s %8s %22s %22s%n", "tail", "per s", "age s", "copy later than age", "meets a later one");
        for (FastRate rate : rates) {
            out.printf(
                    Locale.ROOT,
                    "%-16s %,8d %8.2f %22.2e %22.2e%n",
                    rate.tail.name(),
                    rate.perSecond,
                    rate.dice.meanAgeSeconds(),
                    rate.tail.beyond(rate.dice.meanAgeSeconds()),
                    rate.metByOneCopy());
        }
    }

    void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("tail", tail.name());
        json.writeNumberProperty("perSecond", perSecond);
        json.writeNumberProperty("ageSeconds", dice.meanAgeSeconds());
        json.writeNumberProperty("laterThanAge", tail.beyond(dice.meanAgeSeconds()));
        json.writeNumberProperty("copies", dice.copies());
        json.writeNumberProperty("met", dice.met());
        json.writeNumberProperty("predictedMet", predictedMet);
        json.writeEndObject();
    }
}
