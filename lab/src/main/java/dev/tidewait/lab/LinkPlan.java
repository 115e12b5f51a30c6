package dev.tidewait.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How an {@link ImpairedLink} treats what passes. Immutable; start from {@link #PLAIN}.
 *
 * @param seed of every choice: a packet meets the same fate in every run with the same seed
 * @param fromLeft faults of what the left end sends
 * @param fromRight faults of what the right end sends
 * @param late what of a former incarnation is delivered into the next one
 * @param tail spurious copies of every segment that come late by themselves
 * @param numbering how the sequence numbers that one end sees are related from one incarnation to the next
 * @param swallowed what of a connection's end never arrives
 * @param records file for what happened to each packet, 48 bytes each as the C program {@code impair} describes
 * @param capture file for what was delivered, as pcap with nanoseconds
 */
public record LinkPlan(
        long seed,
        LinkFaults fromLeft,
        LinkFaults fromRight,
        LateCopies late,
        Optional<TailCopies> tail,
        Numbering numbering,
        Swallowed swallowed,
        Optional<Path> records,
        Optional<Path> capture) {
    /** A link without faults. */
    public static final LinkPlan PLAIN = new LinkPlan(
            1,
            LinkFaults.NONE,
            LinkFaults.NONE,
            LateCopies.NONE,
            Optional.empty(),
            Numbering.OWN,
            Swallowed.NOTHING,
            Optional.empty(),
            Optional.empty());

    /** How the initial sequence numbers of a four-tuple's incarnations are related. */
    public enum Numbering {
        /** As the hosts choose them. */
        OWN("own"),
        /** The next one lies 20,000 below the former one, as after a whole turn of the clock. */
        WRAPPED("wrapped"),
        /** Not at all. */
        UNRELATED("unrelated");

        private final String argument;

        Numbering(String argument) {
            this.argument = argument;
        }
    }

    /** Segments of a connection's end that never arrive. */
    public enum Swallowed {
        NOTHING(""),
        /** Every ACK of the end that closed first, once both have closed: the other stays in LAST_ACK. */
        LAST_ACK("last-ack"),
        /** The RST of whoever opened the connection. */
        RESET("reset"),
        /**
         * For 60 s after the other end closed first: the SYN of whoever opened the connection, if it does not lie behind what was sent
         * before. So the other end's TIME_WAIT is as silent as FreeBSD's.
         */
        OLD_SYN("old-syn");

        private final String argument;

        Swallowed(String argument) {
            this.argument = argument;
        }
    }

    public LinkPlan withSeed(long newSeed) {
        return new LinkPlan(newSeed, fromLeft, fromRight, late, tail, numbering, swallowed, records, capture);
    }

    public LinkPlan withFaults(LinkFaults ofLeft, LinkFaults ofRight) {
        return new LinkPlan(seed, ofLeft, ofRight, late, tail, numbering, swallowed, records, capture);
    }

    public LinkPlan withLate(LateCopies copies) {
        return new LinkPlan(seed, fromLeft, fromRight, copies, tail, numbering, swallowed, records, capture);
    }

    /** Replaces {@link #late}: whether a copy meets a later incarnation is left to its delay. */
    public LinkPlan withTail(TailCopies copies) {
        return new LinkPlan(
                seed, fromLeft, fromRight, late, Optional.of(copies), numbering, swallowed, records, capture);
    }

    public LinkPlan withNumbering(Numbering relation) {
        return new LinkPlan(seed, fromLeft, fromRight, late, tail, relation, swallowed, records, capture);
    }

    public LinkPlan withSwallowed(Swallowed what) {
        return new LinkPlan(seed, fromLeft, fromRight, late, tail, numbering, what, records, capture);
    }

    public LinkPlan withRecords(Path file) {
        return new LinkPlan(seed, fromLeft, fromRight, late, tail, numbering, swallowed, Optional.of(file), capture);
    }

    public LinkPlan withCapture(Path file) {
        return new LinkPlan(seed, fromLeft, fromRight, late, tail, numbering, swallowed, records, Optional.of(file));
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--seed", Long.toUnsignedString(seed),
                "--from-left", fromLeft.argument(),
                "--from-right", fromRight.argument()));
        arguments.addAll(late.arguments());
        tail.ifPresent(copies -> arguments.addAll(copies.arguments()));
        arguments.addAll(List.of("--numbering", numbering.argument));
        if (swallowed != Swallowed.NOTHING) {
            arguments.addAll(List.of("--swallow", swallowed.argument));
        }
        records.ifPresent(file -> arguments.addAll(List.of("--record", file.toString())));
        capture.ifPresent(file -> arguments.addAll(List.of("--pcap", file.toString())));
        return arguments;
    }
}
