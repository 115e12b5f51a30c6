package dev.tidewait.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A link between two namespaces that treats packets badly: the C program {@code impair} between two TUN devices. Whoever makes one gives
 * the devices their addresses, as with a veth pair. Any thread; close it once.
 */
public final class ImpairedLink implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(2);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(10);
    /** Packets that may wait to enter; the default of 500 overflows in a burst at 100,000 a second. */
    private static final int TRANSMIT_QUEUE = 10_000;

    private final LeashedProcess process;

    private ImpairedLink(LeashedProcess process) {
        this.process = process;
    }

    /** Makes both devices, up, without addresses. */
    static ImpairedLink start(Namespace left, String leftDevice, Namespace right, String rightDevice, LinkPlan plan) {
        List<String> command = new ArrayList<>(List.of(
                Programs.path("impair").toString(),
                "--left",
                left.path() + ":" + leftDevice,
                "--right",
                right.path() + ":" + rightDevice,
                "--seconds",
                Long.toString(LIFETIME.toSeconds())));
        command.addAll(plan.arguments());
        LeashedProcess process = LeashedProcess.start(left, "impair", LIFETIME, line -> {}, command);
        try {
            process.awaitStderr(line -> line.contains("\"ready\""), READY_DEADLINE);
            up(left, leftDevice);
            up(right, rightDevice);
            return new ImpairedLink(process);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    private static void up(Namespace namespace, String device) {
        Command.ip(namespace, "link set " + device + " up txqueuelen " + TRANSMIT_QUEUE);
    }

    /** Ends the link and returns what it counted. */
    public LinkReport stop() {
        return LinkReport.parse(process.stop());
    }

    @Override
    public void close() {
        process.close();
    }
}
