package dev.tidewait.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The independent observer: the C program {@code tap} on an interface of either side, which measures for every reuse of a four-tuple the time
 * from the last segment of the old incarnation to the SYN of the new. Any thread.
 */
public final class Observer implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(10);

    private final LeashedProcess process;
    private final FileChannel records; // of a file without a name: gone with the last who has it open

    private Observer(LeashedProcess process, FileChannel records) {
        this.process = process;
        this.records = records;
    }

    /**
     * Starts observing beside the server; what passes after this returns is seen.
     *
     * @param networkInterface name of the interface in that namespace
     * @param port destination port; the connecting side must not use it as a source port
     */
    public static Observer start(Namespace namespace, String networkInterface, int port) {
        return start(namespace, networkInterface, port, "server");
    }

    /**
     * The same beside whoever connects: ages count from what that side sent last, and nothing that a link does to segments changes them.
     *
     * @param networkInterface name of the interface in that namespace
     * @param port destination port; the connecting side must not use it as a source port
     */
    public static Observer startBesideClient(Namespace namespace, String networkInterface, int port) {
        return start(namespace, networkInterface, port, "client");
    }

    private static Observer start(Namespace namespace, String networkInterface, int port, String beside) {
        try {
            Path file = Files.createTempFile("tidewait-lab-", ".reuses");
            try {
                FileChannel records = FileChannel.open(file);
                Observer observer = new Observer(startTap(namespace, networkInterface, port, beside, file), records);
                return observer.awaitReady();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new LabException("cannot make a file for the observer's records: " + e.getMessage(), e);
        }
    }

    private static LeashedProcess startTap(
            Namespace namespace, String networkInterface, int port, String beside, Path records) {
        return LeashedProcess.start(
                namespace,
                "tap",
                LIFETIME,
                line -> {},
                List.of(
                        Programs.path("tap").toString(),
                        "--interface",
                        networkInterface,
                        "--ports",
                        port + "-" + port,
                        "--beside",
                        beside,
                        "--records",
                        records.toString(),
                        "--seconds",
                        Long.toString(LIFETIME.toSeconds())));
    }

    private Observer awaitReady() {
        try {
            process.awaitStderr(line -> line.contains("\"ready\""), READY_DEADLINE);
            return this;
        } catch (LabException e) {
            close();
            throw e;
        }
    }

    /** Ends observing; whatever passed before is in the report. */
    public ObserverReport stop() {
        return ObserverReport.parse(process.stop());
    }

    /** Shows every reuse, after {@link #stop()} and before {@link #close()}. */
    public void forEachReuse(ReuseVisitor visitor) {
        ReuseRecords.forEach(records, visitor);
    }

    /** Ends observing and lets go of the records. */
    @Override
    public void close() {
        process.close();
        try {
            records.close();
        } catch (IOException e) {
            throw new LabException("cannot close the observer's records: " + e.getMessage(), e);
        }
    }
}
