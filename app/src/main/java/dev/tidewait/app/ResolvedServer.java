package dev.tidewait.app;

import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.names.HostsFile;
import dev.tidewait.proxy.names.NameLookup;
import dev.tidewait.proxy.names.NameSettings;
import dev.tidewait.proxy.names.NameSource;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server and what the name service says of it. Immutable.
 *
 * @param upstream the group it is in
 * @param addresses empty if it has none
 * @param problem why not
 */
record ResolvedServer(String upstream, HostPort server, List<String> addresses, Optional<String> problem) {
    private static final long CLOSE_SECONDS = 5;

    ResolvedServer {
        addresses = List.copyOf(addresses);
    }

    /** Asks for all names at once, as the proxy would; takes no longer than {@code timeouts.resolve}. */
    static List<ResolvedServer> all(Configuration configuration) throws InterruptedException {
        long deadlineNanos =
                System.nanoTime() + configuration.timeouts().resolve().toNanos();
        NameSettings settings = SettingsMapping.names(configuration.names());
        EventLoopGroup loops = Transport.NIO.newGroup(1, "tidewait-check");
        try (NameLookup names = new NameLookup(
                settings,
                NameSource.ofHost(settings, NioDatagramChannel::new, NioSocketChannel::new),
                HostsFile.ofHost(),
                () -> false,
                System::nanoTime)) {
            Map<HostPort, Future<List<InetAddress>>> lookups = new LinkedHashMap<>();
            configuration.upstreams().values().stream()
                    .flatMap(upstream -> upstream.servers().stream())
                    .forEach(server -> lookups.put(server, lookUp(names, server, loops.next())));
            List<ResolvedServer> all = new ArrayList<>();
            for (var upstream : configuration.upstreams().entrySet()) {
                for (HostPort server : upstream.getValue().servers()) {
                    Future<List<InetAddress>> lookup = Objects.requireNonNull(lookups.get(server));
                    all.add(await(upstream.getKey(), server, lookup, deadlineNanos));
                }
            }
            return all;
        } finally {
            loops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static Future<List<InetAddress>> lookUp(NameLookup names, HostPort server, EventLoop loop) {
        return server.literal()
                .map(address -> loop.newSucceededFuture(List.of(address)))
                .orElseGet(() -> names.lookUp(server.host(), loop));
    }

    private static ResolvedServer await(
            String upstream, HostPort server, Future<List<InetAddress>> lookup, long deadlineNanos)
            throws InterruptedException {
        if (!lookup.await(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS)) {
            return failed(upstream, server, NameLookup.timedOut(server.host()));
        }
        if (!lookup.isSuccess()) {
            return failed(
                    upstream, server, NameLookup.failure(server, lookup.cause()).text());
        }
        return new ResolvedServer(
                upstream, server, lookup.getNow().stream().map(Addresses::text).toList(), Optional.empty());
    }

    private static ResolvedServer failed(String upstream, HostPort server, String why) {
        return new ResolvedServer(
                upstream, server, List.of(), Optional.of("upstreams." + upstream + ".servers: " + why));
    }
}
