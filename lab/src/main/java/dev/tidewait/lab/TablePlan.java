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

    /** 2.5 turns, whole seconds. */
    Duration sustainFor() {
        return seconds(2.5);
    }

    /**
     * The 3 % of ports that were left over last 0.03 ÷ 0.13 of a turn. After that every turn serves exactly as many connections as there are
     * ports, but not evenly: what is released fast in one turn comes back fast in the next. So one whole turn is measured.
     */
    Duration settleFor() {
        return seconds(0.3);
    }

    Duration measureFor() {
        return seconds(1);
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
