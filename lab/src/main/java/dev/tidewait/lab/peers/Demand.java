package dev.tidewait.lab.peers;

import dev.tidewait.ports.Floors;
import java.util.Locale;
import java.util.Optional;

/** How much is asked of a program. Immutable. */
enum Demand {
    /** As fast as it goes, 64 in flight. */
    FULL(15),
    /** Below what the ports allow without timestamps: 0.9 × ports ÷ 5 s, whatever the answers do. */
    BELOW(15),
    /** Above it: 1.3 × ports ÷ 5 s, then half of what is possible for two floors. */
    ABOVE(15),
    /** 100 a second: how fast an answer is when nothing is short. */
    QUIET(20),
    /** What {@code reap} sustains without knowing anything: 0.45 × ports ÷ 15 s. The kernel alone runs out after 34 s of it. */
    PACED(60),
    /** What it sustains with a floor of 1 s: 8,000 a second, less if there are fewer ports. */
    FAST(20),
    /** As fast as it goes, long enough for the outage of a whole TIME_WAIT and its end. */
    LONG(120);

    private static final double BELOW_SHARE = 0.9;
    private static final double ABOVE_SHARE = 1.3;
    private static final double AFTERWARDS_SHARE = 0.5;
    private static final double QUIET_PER_SECOND = 100;
    private static final double HALF_OF_THE_RANGE = 0.45;
    private static final double FAST_PER_SECOND = 8_000;

    private final int usualSeconds;

    Demand(int usualSeconds) {
        this.usualSeconds = usualSeconds;
    }

    int usualSeconds() {
        return usualSeconds;
    }

    /** Rate of an open loop; empty for a closed loop. */
    Optional<Double> perSecond(PortPlan ports) {
        return switch (this) {
            case FULL, LONG -> Optional.empty();
            case BELOW -> Optional.of(BELOW_SHARE * possible(ports));
            case ABOVE -> Optional.of(ABOVE_SHARE * possible(ports));
            case QUIET -> Optional.of(QUIET_PER_SECOND);
            case PACED -> Optional.of(HALF_OF_THE_RANGE * ports.automatic() * 1e3 / Floors.DEFAULT.unknownMillis());
            case FAST -> Optional.of(FAST_PER_SECOND * ports.automatic() / PortPlan.STANDARD.automatic());
        };
    }

    boolean isDerivedFromFloor() {
        return this == BELOW || this == ABOVE;
    }

    /** What is asked after {@link #ABOVE}. */
    static double afterwards(PortPlan ports) {
        return AFTERWARDS_SHARE * possible(ports);
    }

    /** New connections a second without timestamps: each port once a floor. */
    static double possible(PortPlan ports) {
        return ports.paced() / floorSeconds();
    }

    /** The floor without timestamps. */
    static double floorSeconds() {
        return Floors.DEFAULT.sequenceMillis() / 1e3;
    }

    /** As part of a cell's name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
