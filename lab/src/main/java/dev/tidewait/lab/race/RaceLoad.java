package dev.tidewait.lab.race;

import dev.tidewait.lab.HttpRequests;
import dev.tidewait.lab.Load;
import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.LoadSecond;
import dev.tidewait.lab.Pace;
import dev.tidewait.lab.SourceRing;
import dev.tidewait.lab.Topology;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** The clients of a cell. Immutable. */
final class RaceLoad {
    static final int MAX_OUTSTANDING = 8_000;

    /** With the ports below, used up in 90 s at 25,000 connections a second: longer than any TIME_WAIT. */
    private static final int CLIENT_ADDRESSES = 64;

    private static final int IN_FLIGHT = 64;
    /** More than a round can do. */
    private static final int ENDLESS = 1_000_000_000;

    private final RaceCell cell;
    private final Topology topology;

    RaceLoad(RaceCell cell, Topology topology) {
        this.cell = cell;
        this.topology = topology;
    }

    /** Which of the clients' own ports: loads of one round do not share any, so that none meets what another has left. */
    enum Clients {
        WARM_UP(1_024, 20_000),
        LIVE(20_001, 30_000),
        MEASURED(30_001, 65_535);

        private final int low;
        private final int high;

        Clients(int low, int high) {
            this.low = low;
            this.high = high;
        }
    }

    /** As fast as it goes, as the contestant expects to be asked. */
    LoadPlan plan(Clients clients, Duration time) {
        return plan(topology.proxyListener(), clients, new Pace.ClosedLoop(IN_FLIGHT), time);
    }

    LoadPlan plan(InetSocketAddress target, Clients clients, Pace pace, Duration time) {
        SourceRing sources =
                new SourceRing(topology.clients(CLIENT_ADDRESSES).first(), CLIENT_ADDRESSES, clients.low, clients.high);
        LoadPlan load = LoadPlan.to(target, sources)
                .withPace(pace)
                .withDuration(time)
                .withEnding(cell.work().ending());
        return switch (cell.work().passage()) {
            case BYTES -> load;
            case HTTP -> load.withHttp(requests());
            case HTTP_KEPT -> load.withHttp(requests().withPerConnection(ENDLESS));
            case TUNNEL -> load.withConnectTo(Servers.tunnels(cell.work(), topology));
        };
    }

    private HttpRequests requests() {
        return cell.contestant().isForwardProxy() ? HttpRequests.DIRECT.withProxyTo(authority()) : HttpRequests.DIRECT;
    }

    private String authority() {
        return LoadPlan.endpoint(topology.origin());
    }

    /** To its end. */
    LoadReport run(LoadPlan load, Consumer<LoadSecond> onSecond) {
        try (Load clients = Load.start(topology.client(), load, onSecond)) {
            return clients.await();
        }
    }
}
