package dev.tidewait.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Which segments of a four-tuple's former incarnation an {@link ImpairedLink} delivers once more into the next one. Immutable; start from
 * {@link #NONE}.
 *
 * @param spread they are delivered within so long, evenly; 0 = there are none
 * @param after the first of them so long after the moment at which the next incarnation is live
 * @param kinds of segments, a letter each: d data, a ACK, f FIN, r RST, s SYN
 * @param ofAKind at most so many of each kind and direction are kept, 1 to 32, evenly chosen
 * @param atLeast a kind of which fewer were kept is delivered so often all the same, at most 32 times; 0 = no more often
 * @param times how often each is delivered, at times of its own
 * @param scatter what makes their numbers unrelated to the present ones
 */
public record LateCopies(
        Duration spread, Duration after, String kinds, int ofAKind, int atLeast, int times, Scatter scatter) {
    /** No copies. */
    public static final LateCopies NONE =
            new LateCopies(Duration.ZERO, Duration.ZERO, LinkReport.KINDS, 4, 0, 1, Scatter.NOTHING);

    /** Each delivery gets numbers of its own, as from an incarnation whose initial sequence numbers were unrelated. */
    public enum Scatter {
        /** Exact copies. */
        NOTHING(""),
        /** Another sequence number; the acknowledgement is what the receiver wants to see. */
        SEQUENCE("sequence"),
        /** Other sequence and acknowledgement numbers. */
        NUMBERS("numbers"),
        /** Another timestamp too. */
        ALL("all"),
        /** Their own sequence number; the acknowledgement is what the receiver wants to see. */
        ACKNOWLEDGEMENT("acknowledgement");

        final String argument;

        Scatter(String argument) {
            this.argument = argument;
        }
    }

    /** @param newSpread whole milliseconds */
    public LateCopies within(Duration newSpread) {
        return new LateCopies(newSpread, after, kinds, ofAKind, atLeast, times, scatter);
    }

    /** @param newAfter whole milliseconds */
    public LateCopies after(Duration newAfter) {
        return new LateCopies(spread, newAfter, kinds, ofAKind, atLeast, times, scatter);
    }

    /** Only these kinds of segments, and of each at most so many. */
    public LateCopies of(String newKinds, int atMost) {
        return new LateCopies(spread, after, newKinds, atMost, atLeast, times, scatter);
    }

    /** Of each kind that there is, so many deliveries or more. */
    public LateCopies atLeast(int deliveries) {
        return new LateCopies(spread, after, kinds, ofAKind, deliveries, times, scatter);
    }

    /** Each so often, with other numbers each time. */
    public LateCopies scattered(Scatter newScatter, int newTimes) {
        return new LateCopies(spread, after, kinds, ofAKind, atLeast, newTimes, newScatter);
    }

    List<String> arguments() {
        if (!spread.isPositive()) {
            return List.of();
        }
        List<String> arguments = new ArrayList<>(List.of(
                "--late", Long.toString(spread.toMillis()),
                "--late-after", Long.toString(after.toMillis()),
                "--late-kinds", kinds,
                "--late-copies", Integer.toString(ofAKind),
                "--late-least", Integer.toString(atLeast),
                "--late-times", Integer.toString(times)));
        if (scatter != Scatter.NOTHING) {
            arguments.addAll(List.of("--scatter", scatter.argument));
        }
        return arguments;
    }
}
