package dev.tidewait.app;

import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server and what the name service says of it. Immutable.
 *
 * @param upstream the group it is in
 * @param addresses empty if it has none
 * @param problem why not
 */
record ResolvedServer(String upstream, HostPort server, List<String> addresses, Optional<String> problem) {
    ResolvedServer {
        addresses = List.copyOf(addresses);
    }

    /** Asks for all names at once; takes no longer than {@code timeouts.resolve}. */
    static List<ResolvedServer> all(Configuration configuration) throws InterruptedException {
        Map<String, FutureTask<InetAddress[]>> lookups = new LinkedHashMap<>();
        configuration
                .upstreams()
                .values()
                .forEach(upstream -> upstream.servers()
                        .forEach(server -> lookups.computeIfAbsent(server.host(), ResolvedServer::lookUp)));
        long deadlineNanos =
                System.nanoTime() + configuration.timeouts().resolve().toNanos();
        List<ResolvedServer> all = new ArrayList<>();
        for (var upstream : configuration.upstreams().entrySet()) {
            for (HostPort server : upstream.getValue().servers()) {
                FutureTask<InetAddress[]> lookup = lookups.getOrDefault(server.host(), lookUp(server.host()));
                all.add(await(upstream.getKey(), server, lookup, deadlineNanos));
            }
        }
        return all;
    }

    private static ResolvedServer await(
            String upstream, HostPort server, FutureTask<InetAddress[]> lookup, long deadlineNanos)
            throws InterruptedException {
        String path = "upstreams." + upstream + ".servers: ";
        try {
            InetAddress[] found = lookup.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            List<String> addresses = Arrays.stream(found).map(Addresses::text).toList();
            return new ResolvedServer(upstream, server, addresses, Optional.empty());
        } catch (TimeoutException e) {
            return failed(
                    upstream,
                    server,
                    path + "the name service did not answer for " + server.host()
                            + " within timeouts.resolve; check it, or write an address");
        } catch (ExecutionException e) {
            String why = e.getCause() instanceof UnknownHostException ? "" : " (" + e.getCause() + ")";
            return failed(
                    upstream,
                    server,
                    path + "the name service does not know " + server.host() + why
                            + "; check the spelling, or write an address");
        }
    }

    private static ResolvedServer failed(String upstream, HostPort server, String problem) {
        return new ResolvedServer(upstream, server, List.of(), Optional.of(problem));
    }

    private static FutureTask<InetAddress[]> lookUp(String host) {
        FutureTask<InetAddress[]> task = new FutureTask<>(() -> InetAddress.getAllByName(host));
        Thread.ofVirtual().start(task);
        return task;
    }
}
