package dev.tidewait.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections whose every byte is checked at both ends (the C program {@code pattern}). Immutable; made with {@link #to}.
 *
 * @param target a pattern server, or a proxy in front of one
 * @param sources the clients' own addresses and ports; only its first address is used
 * @param inFlight connections at any time
 * @param connections how many in all
 * @param upBytes from client to server, on each
 * @param downBytes from server to client
 * @param slow both sides send 512 bytes every 5 ms for so long, then the rest as fast as it goes
 * @param alternate the first, third, fifth … connection is fast from its beginning
 * @param serverCloses who closes first once both directions are complete
 */
public record PatternPlan(
        InetSocketAddress target,
        SourceRing sources,
        int inFlight,
        int connections,
        long upBytes,
        long downBytes,
        Duration slow,
        boolean alternate,
        boolean serverCloses) {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** 100 connections, 10 at a time, 64 KiB each way, slow for 50 ms; the client closes first. */
    public static PatternPlan to(InetSocketAddress target, SourceRing sources) {
        return new PatternPlan(target, sources, 10, 100, 65_536, 65_536, Duration.ofMillis(50), false, false);
    }

    public PatternPlan withConnections(int count, int atATime) {
        return new PatternPlan(target, sources, atATime, count, upBytes, downBytes, slow, alternate, serverCloses);
    }

    public PatternPlan withBytes(long up, long down) {
        return new PatternPlan(target, sources, inFlight, connections, up, down, slow, alternate, serverCloses);
    }

    public PatternPlan withSlow(Duration time, boolean everySecond) {
        return new PatternPlan(
                target, sources, inFlight, connections, upBytes, downBytes, time, everySecond, serverCloses);
    }

    public PatternPlan withServerClosing(boolean first) {
        return new PatternPlan(target, sources, inFlight, connections, upBytes, downBytes, slow, alternate, first);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--target", LoadPlan.endpoint(target),
                "--source", sources.first().getHostAddress(),
                "--ports", sources.portLow() + "-" + sources.portHigh(),
                "--in-flight", Integer.toString(inFlight),
                "--connections", Integer.toString(connections),
                "--up", Long.toString(upBytes),
                "--down", Long.toString(downBytes),
                "--slow-millis", Long.toString(slow.toMillis()),
                "--close", serverCloses ? "server" : "client",
                "--deadline-millis", Long.toString(DEADLINE.toMillis())));
        if (alternate) {
            arguments.add("--alternate");
        }
        return arguments;
    }
}
