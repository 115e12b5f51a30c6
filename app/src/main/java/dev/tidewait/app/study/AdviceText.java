package dev.tidewait.app.study;

import dev.tidewait.evidence.risk.FloorAdvice;
import dev.tidewait.evidence.risk.Tested;
import dev.tidewait.ports.Floors;
import java.util.ArrayList;
import java.util.List;

/** Advice on floors for people. No state. */
public final class AdviceText {
    /** What all advice is about. */
    static final String TITLE =
            "Floor that follows for connections with both FINs and without timestamps: at 95 % confidence a later FIN or data on at most"
                    + " one in " + Words.oneIn(FloorAdvice.RISK) + ", never below "
                    + Words.seconds(FloorAdvice.HARD_MINIMUM_MILLIS);

    private AdviceText() {}

    /** A title, and a line for each class. */
    static List<String> lines(List<FloorAdvice> advice) {
        List<String> lines = new ArrayList<>();
        lines.add(TITLE);
        advice.forEach(one -> lines.add("  " + one.sample().name() + ": " + sentence(one)));
        lines.add("  The proxy takes it over with floor: measured (tidewait explain timeWait.floor.measured).");
        return lines;
    }

    /** The floor and what it rests on, in one line. */
    public static String sentence(FloorAdvice advice) {
        return switch (advice) {
            case FloorAdvice.Enough enough -> {
                String floor = Words.seconds(Math.toIntExact(enough.floorMillis()));
                yield enough.floorMillis() > enough.shown().ageMillis()
                        ? floor + ", the least for this class; even "
                                + Words.seconds(enough.shown().ageMillis()) + " would do: " + shown(enough.shown())
                        : floor + ": " + shown(enough.shown());
            }
            case FloorAdvice.NotShown not ->
                Words.seconds(Math.toIntExact(not.floorMillis(not.longest().ageMillis())))
                        + ", or the default where that is longer: "
                        + tested(not.longest(), not.longest().ageMillis())
                        + ", more than one in " + Words.oneIn(FloorAdvice.RISK);
            case FloorAdvice.TooFew few ->
                "keep the default. " + Words.counted(few.more(), "more connection") + " watched longer than "
                        + Words.seconds(FloorAdvice.LONGEST_MILLIS) + ", none with a FIN or data later than "
                        + Words.seconds(few.nearest().ageMillis())
                        + ", would show that this is enough; "
                        + Words.count(few.nearest().watched()) + (few.nearest().watched() == 1 ? " was" : " were");
            case FloorAdvice.Incomplete incomplete ->
                "keep the default, as late segments may be missing, or met the next connection";
        };
    }

    /** {@code 3 of 312,044 connections watched longer than 60 s had a FIN or data later than 2 s, so at most 0.0025 %}. */
    private static String shown(Tested tested) {
        return tested(tested, FloorAdvice.LONGEST_MILLIS) + ", so at most " + Words.share(tested.upper());
    }

    private static String tested(Tested tested, int watchedMillis) {
        return Words.count(tested.later()) + " of " + Words.count(tested.watched())
                + " connections watched longer than " + Words.seconds(watchedMillis)
                + " had a FIN or data later than " + Words.seconds(tested.ageMillis());
    }

    /** The rows that a floor stands for, {@code 5 s or 15 s}. */
    public static String rows(Floors floors) {
        if (floors.measuredMillis() > 0) {
            return Words.seconds(Math.toIntExact(floors.measuredMillis()));
        }
        String sequence = Words.seconds(Math.toIntExact(floors.sequenceMillis()));
        String unknown = Words.seconds(Math.toIntExact(floors.unknownMillis()));
        return sequence.equals(unknown) ? sequence : sequence + " or " + unknown;
    }
}
