package dev.tidewait.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A host behind the server whose TIME_WAIT is silent, as FreeBSD's: the C program {@code silent} on a TUN device. An observer on the
 * server's interface sees its segments too. Any thread.
 */
public final class SilentPeer implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(10);
    private static final String DEVICE = "peer0";

    private final LeashedProcess process;
    private final InetSocketAddress address;

    private SilentPeer(LeashedProcess process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /** Starts the peer and the routes to it; one per topology. */
    public static SilentPeer start(Topology topology, SilentPlan plan) {
        List<String> command = new ArrayList<>(List.of(
                Programs.path("silent").toString(),
                "--interface",
                DEVICE,
                "--seconds",
                Long.toString(LIFETIME.toSeconds())));
        command.addAll(plan.arguments());
        LeashedProcess process = LeashedProcess.start(topology.server(), "silent", LIFETIME, line -> {}, command);
        try {
            process.awaitStderr(line -> line.contains("\"ready\""), READY_DEADLINE);
            return new SilentPeer(process, topology.attachBehindServer(DEVICE));
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** Where to connect to; it accepts on every port. */
    public InetSocketAddress address() {
        return address;
    }

    /** Waits until the FIN that was repeated on demand has been answered, however it was. */
    void awaitAnswerToRepeatedFin(Duration deadline) {
        process.awaitStderr(line -> line.contains("\"repeated_fin\""), deadline);
    }

    /** Ends the peer and returns what it counted. */
    public SilentReport stop() {
        return SilentReport.parse(process.stop());
    }

    @Override
    public void close() {
        process.close();
    }
}
