package dev.tidewait.lab;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the clients do. Immutable; made with {@link #to} and refined with the {@code with…} methods.
 *
 * @param target where they connect: the proxy, or the origin itself
 * @param sources their own addresses and ports
 * @param pace closed or open loop
 * @param duration how long new transactions start; open ones may end after that
 * @param endings how transactions end, with weights
 * @param connectTo when present, {@code CONNECT} comes first, and 200 is expected
 * @param deadline a transaction that takes longer is a failure
 * @param hold how long a connection stays open after its answer (endings by the client only)
 * @param limit ends after so many transactions; 0 = no limit
 * @param processes dealt out to so many processes: one cannot fill two cores
 * @param http when present, requests and answers of HTTP instead of single bytes
 */
public record LoadPlan(
        InetSocketAddress target,
        SourceRing sources,
        Pace pace,
        Duration duration,
        Map<CloseOrder, Integer> endings,
        Optional<Tunnels> connectTo,
        Duration deadline,
        Duration hold,
        long limit,
        int processes,
        Optional<HttpRequests> http) {

    public LoadPlan {
        endings = Map.copyOf(endings);
        if (http.isPresent() && connectTo.isPresent()) {
            throw new IllegalArgumentException("HTTP inside a tunnel is not among what the load can do");
        }
        if (processes < 1 || limit % processes != 0) {
            throw new IllegalArgumentException(
                    limit + " transactions cannot be dealt out to " + processes + " processes");
        }
    }

    /** 64 in flight for 10 s, the client closes first, 10 s for each transaction. */
    public static LoadPlan to(InetSocketAddress target, SourceRing sources) {
        return new LoadPlan(
                target,
                sources,
                new Pace.ClosedLoop(64),
                Duration.ofSeconds(10),
                Map.of(CloseOrder.CLIENT, 1),
                Optional.empty(),
                Duration.ofSeconds(10),
                Duration.ZERO,
                0,
                1,
                Optional.empty());
    }

    public LoadPlan withPace(Pace newPace) {
        return new LoadPlan(
                target, sources, newPace, duration, endings, connectTo, deadline, hold, limit, processes, http);
    }

    /** @param newDuration whole seconds */
    public LoadPlan withDuration(Duration newDuration) {
        return new LoadPlan(
                target, sources, pace, newDuration, endings, connectTo, deadline, hold, limit, processes, http);
    }

    public LoadPlan withEndings(Map<CloseOrder, Integer> weights) {
        return new LoadPlan(
                target, sources, pace, duration, weights, connectTo, deadline, hold, limit, processes, http);
    }

    public LoadPlan withEnding(CloseOrder ending) {
        return withEndings(Map.of(ending, 1));
    }

    /** @param hostAndPort of the origin; the target is then an HTTP proxy */
    public LoadPlan withConnectTo(String hostAndPort) {
        return withConnectTo(Tunnels.to(hostAndPort));
    }

    /** @param tunnels of which each transaction asks for the next one; the target is then an HTTP proxy */
    public LoadPlan withConnectTo(Tunnels tunnels) {
        return new LoadPlan(
                target, sources, pace, duration, endings, Optional.of(tunnels), deadline, hold, limit, processes, http);
    }

    public LoadPlan withDeadline(Duration newDeadline) {
        return new LoadPlan(
                target, sources, pace, duration, endings, connectTo, newDeadline, hold, limit, processes, http);
    }

    public LoadPlan withHold(Duration newHold) {
        return new LoadPlan(
                target, sources, pace, duration, endings, connectTo, deadline, newHold, limit, processes, http);
    }

    public LoadPlan withLimit(long transactions) {
        return new LoadPlan(
                target, sources, pace, duration, endings, connectTo, deadline, hold, transactions, processes, http);
    }

    public LoadPlan withProcesses(int count) {
        return new LoadPlan(target, sources, pace, duration, endings, connectTo, deadline, hold, limit, count, http);
    }

    /** HTTP instead of single bytes. */
    public LoadPlan withHttp(HttpRequests requests) {
        return new LoadPlan(
                target,
                sources,
                pace,
                duration,
                endings,
                connectTo,
                deadline,
                hold,
                limit,
                processes,
                Optional.of(requests));
    }

    /** Name of the program that does it. */
    String program() {
        return http.isPresent() ? "http_load" : "load";
    }

    /** One plan for each process. */
    List<LoadPlan> split() {
        List<SourceRing> rings = sources.split(processes);
        List<Pace> paces = pace.split(processes);
        return IntStream.range(0, processes)
                .mapToObj(i -> new LoadPlan(
                        target,
                        rings.get(i),
                        paces.get(i),
                        duration,
                        endings,
                        connectTo,
                        deadline,
                        hold,
                        limit / processes,
                        1,
                        http))
                .toList();
    }

    /** The longest that a run of this plan can take. */
    Duration longest() {
        return duration.plus(deadline).plus(hold).plusSeconds(5);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--target", endpoint(target),
                "--source", sources.first().getHostAddress(),
                "--source-count", Integer.toString(sources.addressCount()),
                "--ports", sources.portLow() + "-" + sources.portHigh(),
                "--seconds", Long.toString(duration.toSeconds()),
                "--deadline-millis", Long.toString(deadline.toMillis()),
                "--hold-millis", Long.toString(hold.toMillis()),
                "--transactions", Long.toString(limit),
                "--endings",
                        new TreeMap<>(endings)
                                .entrySet().stream()
                                        .map(ending -> ending.getKey().letter() + ":" + ending.getValue())
                                        .collect(Collectors.joining(","))));
        switch (pace) {
            case Pace.ClosedLoop loop -> arguments.addAll(List.of("--in-flight", Integer.toString(loop.inFlight())));
            case Pace.OpenLoop loop ->
                arguments.addAll(List.of(
                        "--rate", Double.toString(loop.perSecond()),
                        "--max-outstanding", Integer.toString(loop.maxOutstanding())));
        }
        connectTo.ifPresent(tunnels -> arguments.addAll(tunnels.arguments()));
        http.ifPresent(requests -> arguments.addAll(requests.arguments()));
        return arguments;
    }

    /** ADDRESS:PORT, with brackets around IPv6. */
    public static String endpoint(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
