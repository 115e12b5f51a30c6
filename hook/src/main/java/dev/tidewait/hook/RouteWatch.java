package dev.tidewait.hook;

import dev.tidewait.linux.BpfMap;
import dev.tidewait.ports.IpAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Keeps the learned sources fresh. The kernel's routing is asked what source it would choose now; where its answer is neither the learned one
 * nor the one that it gave before, the source is forgotten and learned anew from the next connect. (Not each time that it differs from
 * the learned one, because rules about users or marks may route the program otherwise than us: then it is learned anew once.) Owned by one
 * thread, whose network namespace it asks about; sources of other namespaces are forgotten now and then.
 */
final class RouteWatch {
    /** Destinations asked about per round: a few milliseconds. */
    private static final int MOST_PER_ROUND = 256;

    private static final int MOST_VISITS = 20_000;
    /** Answers kept, also of destinations that are just being learned anew: as many as the map holds, and some. */
    private static final int MOST_ANSWERS = 20_000;
    /** Rounds after which a source of another namespace is learned anew. */
    private static final int ROUNDS_UNSEEN = 10;
    /** Any port will do: a connect() of UDP sends nothing. */
    private static final int SOME_PORT = 9;

    private final BpfMap sources;
    private final int namespace;
    private final Map<IpAddress, Optional<IpAddress>> answers = new HashMap<>();
    private int round;

    /** What a connect has shown. */
    private record Learned(IpAddress destination, IpAddress source) {}

    RouteWatch(Programs programs) {
        this.sources = programs.map("sources");
        this.namespace = programs.namespace();
    }

    /** To be called every few seconds. */
    void check() {
        round++;
        List<Learned> own = new ArrayList<>();
        List<byte[]> foreign = new ArrayList<>();
        sources.forEach(MOST_VISITS, (key, value) -> {
            if (key.get(Layout.INT, Layout.ROUTE_NETNS) == namespace) {
                own.add(new Learned(Layout.address(key, Layout.ROUTE_DESTINATION), Layout.address(value, 0)));
            } else if (round % ROUNDS_UNSEEN == 0) {
                foreign.add(key.toArray(Layout.BYTE));
            }
        });
        int rounds = Math.max(1, (own.size() + MOST_PER_ROUND - 1) / MOST_PER_ROUND);
        boolean changed = false;
        for (int i = round % rounds; i < own.size(); i += rounds) {
            changed |= check(own.get(i));
        }
        if (changed && rounds > 1) {
            // One change of routing seldom comes alone.
            own.forEach(this::check);
        }
        if (answers.size() > MOST_ANSWERS) {
            answers.keySet().retainAll(own.stream().map(Learned::destination).collect(Collectors.toSet()));
        }
        try (Arena arena = Arena.ofConfined()) {
            foreign.forEach(
                    key -> sources.remove(arena.allocate(Layout.ROUTE_BYTES, 8).copyFrom(MemorySegment.ofArray(key))));
        }
    }

    /** Whether routing gives another answer than before. */
    private boolean check(Learned learned) {
        Optional<IpAddress> now = route(learned.destination());
        Optional<IpAddress> before = answers.put(learned.destination(), now);
        if (now.equals(before)) {
            return false;
        }
        if (!now.equals(Optional.of(learned.source()))) {
            forget(learned.destination());
        }
        return before != null;
    }

    private void forget(IpAddress destination) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(Layout.ROUTE_BYTES, 8);
            Layout.putAddress(key, Layout.ROUTE_DESTINATION, destination);
            key.set(Layout.INT, Layout.ROUTE_NETNS, namespace);
            sources.remove(key);
        }
    }

    /** The source that the kernel chooses for a destination; empty if there is no way to it. */
    private static Optional<IpAddress> route(IpAddress destination) {
        StandardProtocolFamily family = destination.isV4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        InetAddress address = destination.toInetAddress();
        try (DatagramChannel channel = DatagramChannel.open(family)) {
            channel.connect(new InetSocketAddress(address, SOME_PORT));
            return channel.getLocalAddress() instanceof InetSocketAddress local
                    ? Optional.of(IpAddress.of(local.getAddress()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
