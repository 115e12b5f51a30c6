package dev.tidewait.lab;

import java.time.Duration;
import java.util.Optional;

/**
 * One line of the mailing list's table: a length of TIME_WAIT and the ports it is to be shared by. Immutable.
 *
 * @param ports ports of the only source
 * @param fixed the length; empty = elastic, by the rule's own floors
 * @param elasticPerSecond rate of the elastic line
 */
record TablePlan(int ports, Optional<Duration> fixed, double elasticPerSecond) {
    /** Below what the ports can carry, by a little. */
    private static final double BELOW = 0.97;
    /** Above it. */
    private static final double ABOVE = 1.10;

    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(10);
    private static final double WORTH_MEASURING_SECONDS = 30;
    private static final int MOST_TURNS_MEASURED = 3;

    private static final int FIRST_PORT = 1_024;

    /** The time in which every port is used once: the fixed length, or ports ÷ rate. */
    Duration turn() {
        return fixed.orElseGet(() -> Duration.ofMillis(Math.round(ports / elasticPerSecond * 1e3)));
    }

    /** What the mailing list wanted: ports ÷ length. */
    double wantedPerSecond() {
        return ports * 1e3 / turn().toMillis();
    }

    double sustainablePerSecond() {
        return fixed.isPresent() ? BELOW * wantedPerSecond() : elasticPerSecond;
    }

    double excessivePerSecond() {
        return ABOVE * wantedPerSecond();
    }

    /** The most that this line ever asks for. */
    double highestPerSecond() {
        return fixed.isPresent() ? excessivePerSecond() : elasticPerSecond;
    }

    /** At half the rate, before: the JVM compiles what is used often. 10 s, less where the turns are short. */
    Duration warmUp() {
        Duration twoTurns = seconds(2);
        return twoTurns.compareTo(LONGEST_WARM_UP) < 0 ? twoTurns : LONGEST_WARM_UP;
    }

    /** 2.5 turns, whole seconds. */
    Duration sustainFor() {
        return seconds(2.5);
    }

    /**
     * The 3 % of ports that were left over, and what came free between the two phases, last for some tenths of a turn; a slow machine
     * needs longer for the change.
     */
    Duration longestUntilLine() {
        return seconds(1).plusSeconds(20);
    }

    /** Whole turns: short ones more than once, so that a pause of the machine weighs as little as in a long one. */
    Duration measureFor() {
        double turns = Math.ceil(WORTH_MEASURING_SECONDS * 1e3 / turn().toMillis());
        return turn().multipliedBy((long) Math.min(MOST_TURNS_MEASURED, turns));
    }

    private Duration seconds(double turns) {
        return Duration.ofSeconds((long) Math.ceil(turns * turn().toMillis() / 1e3));
    }

    String portsSetting() {
        return "\"" + FIRST_PORT + "-" + (FIRST_PORT + ports - 1) + "\"";
    }

    String name() {
        return fixed.map(length -> length.toSeconds() + " s").orElse("elastic");
    }
}
