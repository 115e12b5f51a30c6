package dev.tidewait.proxy.names;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * In which order DNS servers are asked. Any thread.
 *
 * <p>One that did not answer goes to the end for half a minute: else a dead first server costs every look-up its whole time-out.
 */
final class ServerOrder {
    private static final long PENALTY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final List<InetSocketAddress> servers;
    private final boolean rotate;
    private final AtomicInteger turn = new AtomicInteger();
    /** Until when a server goes to the end; an entry for each server at most. */
    private final Map<InetSocketAddress, Long> silentUntilNanos = new ConcurrentHashMap<>();

    ServerOrder(ResolvConf conf) {
        this.servers = conf.servers();
        this.rotate = conf.rotate();
    }

    List<InetSocketAddress> next(long nowNanos) {
        if (servers.size() == 1) {
            return servers;
        }
        int first = rotate ? Math.floorMod(turn.getAndIncrement(), servers.size()) : 0;
        List<InetSocketAddress> order = new ArrayList<>(servers.size());
        List<InetSocketAddress> silent = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            InetSocketAddress server = servers.get((first + i) % servers.size());
            Long until = silentUntilNanos.get(server);
            (until != null && until - nowNanos > 0 ? silent : order).add(server);
        }
        order.addAll(silent);
        return order;
    }

    void answered(InetSocketAddress server) {
        silentUntilNanos.remove(server);
    }

    void silent(InetSocketAddress server, long nowNanos) {
        silentUntilNanos.put(server, nowNanos + PENALTY_NANOS);
    }
}
