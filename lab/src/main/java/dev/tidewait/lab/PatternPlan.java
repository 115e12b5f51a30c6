package dev.tidewait.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Connections whose every byte is checked at both ends (the C program {@code pattern}). Immutable; made with {@link #to}.
 *
 * @param target a pattern server, or a proxy in front of one
 * @param sources the clients' own addresses and ports; only its first address is used
 * @param choice how a port is found
 * @param size how many connections, and how many bytes on each
 * @param pace how fast the bytes come
 * @param endings how connections end once both directions are complete
 * @param firstId number of the first connection; the bytes depend on it
 * @param deadline how long one connection may take
 * @param startFor no connection is begun after so long; without it only their number ends the run
 */
public record PatternPlan(
        InetSocketAddress target,
        SourceRing sources,
        PortChoice choice,
        Duration floor,
        Duration startGap,
        Size size,
        Rhythm pace,
        Endings endings,
        long firstId,
        Duration deadline,
        Optional<Duration> startFor) {

    /** How a client finds its port. */
    public enum PortChoice {
        /** Each after all others, and never one that the kernel holds. */
        RING("ring"),
        /** The kernel's own choice, from ip_local_port_range. */
        KERNEL("kernel"),
        /** The first one that is closed; what the kernel still holds on it is destroyed. */
        AT_ONCE("at-once");

        private final String argument;

        PortChoice(String argument) {
            this.argument = argument;
        }
    }

    /** How a connection ends. */
    public enum Ending {
        CLIENT_CLOSES("client"),
        SERVER_CLOSES("server"),
        CLIENT_RESETS("client-reset"),
        SERVER_RESETS("server-reset"),
        /** The client closes its socket and does not wait for the server's FIN. */
        CLIENT_LEAVES("client-leaves"),
        /** The client answers the server's FIN with RST. */
        SERVER_CLOSES_CLIENT_RESETS("server-then-reset");

        private final String argument;

        Ending(String argument) {
            this.argument = argument;
        }
    }

    /**
     * How much. Immutable.
     *
     * @param connections how many in all
     * @param inFlight connections at any time
     * @param upBytes from client to server, on each
     * @param downBytes from server to client, at least 1
     */
    public record Size(int connections, int inFlight, long upBytes, long downBytes) {}

    /**
     * How fast. Immutable.
     *
     * @param slow 512 bytes every 5 ms for so long, then the rest as fast as it goes
     * @param burstBytes sent at once before that
     * @param inTurns only one side is slow: the client of every other connection, the server of the others
     * @param alternate if positive, so many connections are fast from their beginning, the next as many are slow, and so on
     */
    public record Rhythm(Duration slow, long burstBytes, boolean inTurns, int alternate) {}

    /**
     * How connections end. Immutable.
     *
     * @param usual most of them
     * @param linger how long the server stays in CLOSE_WAIT where the client leaves without waiting for its FIN
     * @param other some of them
     * @param otherEvery one in so many; 0 = none
     */
    public record Endings(Ending usual, Duration linger, Ending other, int otherEvery) {}

    /** 100 connections, 10 at a time, 64 KiB each way, slow for 50 ms; the client closes first. */
    public static PatternPlan to(InetSocketAddress target, SourceRing sources) {
        return new PatternPlan(
                target,
                sources,
                PortChoice.RING,
                Duration.ZERO,
                Duration.ZERO,
                new Size(100, 10, 65_536, 65_536),
                new Rhythm(Duration.ofMillis(50), 0, false, 0),
                new Endings(Ending.CLIENT_CLOSES, Duration.ZERO, Ending.CLIENT_CLOSES, 0),
                1,
                Duration.ofSeconds(30),
                Optional.empty());
    }

    public PatternPlan withChoice(PortChoice newChoice) {
        return new PatternPlan(
                target, sources, newChoice, floor, startGap, size, pace, endings, firstId, deadline, startFor);
    }

    /** @param newFloor whole milliseconds; of {@link PortChoice#AT_ONCE} only */
    public PatternPlan withFloor(Duration newFloor) {
        return new PatternPlan(
                target, sources, choice, newFloor, startGap, size, pace, endings, firstId, deadline, startFor);
    }

    /** @param gap whole milliseconds; a burst of beginnings makes connections unlike each other */
    public PatternPlan withStartGap(Duration gap) {
        return new PatternPlan(target, sources, choice, floor, gap, size, pace, endings, firstId, deadline, startFor);
    }

    public PatternPlan withSize(Size newSize) {
        return new PatternPlan(
                target, sources, choice, floor, startGap, newSize, pace, endings, firstId, deadline, startFor);
    }

    public PatternPlan withPace(Rhythm newPace) {
        return new PatternPlan(
                target, sources, choice, floor, startGap, size, newPace, endings, firstId, deadline, startFor);
    }

    /**
     * All connections end so.
     *
     * @param linger of the server where the client leaves
     */
    public PatternPlan withEnding(Ending ending, Duration linger) {
        return withEndings(new Endings(ending, linger, ending, 0));
    }

    public PatternPlan withEndings(Endings newEndings) {
        return new PatternPlan(
                target, sources, choice, floor, startGap, size, pace, newEndings, firstId, deadline, startFor);
    }

    public PatternPlan withFirstId(long id) {
        return new PatternPlan(target, sources, choice, floor, startGap, size, pace, endings, id, deadline, startFor);
    }

    /**
     * @param newDeadline of one connection
     * @param newStartFor how long connections are begun
     */
    public PatternPlan withTimes(Duration newDeadline, Duration newStartFor) {
        return new PatternPlan(
                target,
                sources,
                choice,
                floor,
                startGap,
                size,
                pace,
                endings,
                firstId,
                newDeadline,
                Optional.of(newStartFor));
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--target", LoadPlan.endpoint(target),
                "--source", sources.first().getHostAddress(),
                "--ports", sources.portLow() + "-" + sources.portHigh(),
                "--port-choice", choice.argument,
                "--floor-millis", Long.toString(floor.toMillis()),
                "--start-gap-millis", Long.toString(startGap.toMillis()),
                "--in-flight", Integer.toString(size.inFlight),
                "--connections", Integer.toString(size.connections),
                "--up", Long.toString(size.upBytes),
                "--down", Long.toString(size.downBytes)));
        arguments.addAll(List.of(
                "--slow-millis", Long.toString(pace.slow.toMillis()),
                "--slow-side", pace.inTurns ? "turns" : "both",
                "--burst", Long.toString(pace.burstBytes),
                "--alternate", Integer.toString(pace.alternate),
                "--close", endings.usual.argument,
                "--linger-millis", Long.toString(endings.linger.toMillis()),
                "--other-close", endings.other.argument,
                "--other-every", Integer.toString(endings.otherEvery),
                "--first-id", Long.toString(firstId),
                "--deadline-millis", Long.toString(deadline.toMillis())));
        startFor.ifPresent(time -> arguments.addAll(List.of("--start-millis", Long.toString(time.toMillis()))));
        return arguments;
    }
}
