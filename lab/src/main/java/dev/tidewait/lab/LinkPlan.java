package dev.tidewait.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How an {@link ImpairedLink} treats what passes. Immutable; start from {@link #PLAIN}.
 *
 * @param seed of every choice: a packet meets the same fate in every run with the same seed
 * @param fromLeft faults of what the left end sends
 * @param fromRight faults of what the right end sends
 * @param late if positive: copies of a four-tuple's former incarnation are delivered into the next one, over so long from the moment at which
 *     it is live
 * @param lateKinds kinds of segments that are copied, a letter each: d data, a ACK, f FIN, r RST, s SYN
 * @param records file for what happened to each packet, 48 bytes each as the C program {@code impair} describes
 * @param capture file for what was delivered, as pcap with nanoseconds
 */
public record LinkPlan(
        long seed,
        LinkFaults fromLeft,
        LinkFaults fromRight,
        Duration late,
        String lateKinds,
        Optional<Path> records,
        Optional<Path> capture) {
    /** A link without faults. */
    public static final LinkPlan PLAIN = new LinkPlan(
            1, LinkFaults.NONE, LinkFaults.NONE, Duration.ZERO, "dafrs", Optional.empty(), Optional.empty());

    public LinkPlan withSeed(long newSeed) {
        return new LinkPlan(newSeed, fromLeft, fromRight, late, lateKinds, records, capture);
    }

    public LinkPlan withFaults(LinkFaults ofLeft, LinkFaults ofRight) {
        return new LinkPlan(seed, ofLeft, ofRight, late, lateKinds, records, capture);
    }

    /** @param spread whole milliseconds */
    public LinkPlan withLateCopies(Duration spread, String kinds) {
        return new LinkPlan(seed, fromLeft, fromRight, spread, kinds, records, capture);
    }

    public LinkPlan withRecords(Path file) {
        return new LinkPlan(seed, fromLeft, fromRight, late, lateKinds, Optional.of(file), capture);
    }

    public LinkPlan withCapture(Path file) {
        return new LinkPlan(seed, fromLeft, fromRight, late, lateKinds, records, Optional.of(file));
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--seed", Long.toUnsignedString(seed),
                "--from-left", fromLeft.argument(),
                "--from-right", fromRight.argument()));
        if (late.isPositive()) {
            arguments.addAll(List.of("--late", Long.toString(late.toMillis()), "--late-kinds", lateKinds));
        }
        records.ifPresent(file -> arguments.addAll(List.of("--record", file.toString())));
        capture.ifPresent(file -> arguments.addAll(List.of("--pcap", file.toString())));
        return arguments;
    }
}
