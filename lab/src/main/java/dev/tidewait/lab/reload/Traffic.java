package dev.tidewait.lab.reload;

import dev.tidewait.lab.CloseOrder;
import dev.tidewait.lab.HttpRequests;
import dev.tidewait.lab.Load;
import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.Pace;
import dev.tidewait.lab.SourceRing;
import dev.tidewait.lab.Topology;
import java.time.Duration;
import java.util.Map;

/** The requests of a run, at a fixed rate: half of them on connections of their own, half on kept ones. Used by one thread. */
final class Traffic implements AutoCloseable {
    private static final int CLIENT_ADDRESSES = 32;
    private static final int MAX_OUTSTANDING = 2_000;
    private static final int PER_KEPT_CONNECTION = 20;
    /** The two halves use the same addresses, and ports below and from here on. */
    private static final int MIDDLE_PORT = 32_768;

    private final Load single;
    private final Load kept;

    private Traffic(Load single, Load kept) {
        this.single = single;
        this.kept = kept;
    }

    /**
     * What came of it. Do not change the histograms.
     *
     * @param single requests that had a connection of their own
     * @param kept the others
     */
    record Report(LoadReport single, LoadReport kept) {}

    /** Starts it; it ends by itself. */
    static Traffic start(Topology topology, double perSecond, Duration duration) {
        SourceRing clients = topology.clients(CLIENT_ADDRESSES);
        SourceRing low = new SourceRing(clients.first(), clients.addressCount(), clients.portLow(), MIDDLE_PORT - 1);
        SourceRing high = new SourceRing(clients.first(), clients.addressCount(), MIDDLE_PORT, clients.portHigh());
        HttpRequests requests = HttpRequests.DIRECT.withProxyTo(LoadPlan.endpoint(topology.origin()));
        LoadPlan single = LoadPlan.to(topology.proxyListener(), low)
                .withPace(new Pace.OpenLoop(perSecond / 2, MAX_OUTSTANDING))
                .withEndings(Map.of(CloseOrder.CLIENT, 1, CloseOrder.SERVER, 1))
                .withDuration(duration)
                .withHttp(requests);
        LoadPlan kept = LoadPlan.to(topology.proxyListener(), high)
                .withPace(new Pace.OpenLoop(perSecond / 2, MAX_OUTSTANDING))
                .withDuration(duration)
                .withHttp(requests.withPerConnection(PER_KEPT_CONNECTION));
        return new Traffic(
                Load.start(topology.client(), single, second -> {}), Load.start(topology.client(), kept, second -> {}));
    }

    /** Waits for its end. */
    Report await() {
        return new Report(single.await(), kept.await());
    }

    @Override
    public void close() {
        single.close();
        kept.close();
    }
}
