package dev.tidewait.lab.peers;

import dev.tidewait.lab.JsonObject;
import dev.tidewait.lab.LeashedProcess;
import dev.tidewait.lab.Namespace;
import dev.tidewait.lab.product.TidewaitProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code tidewait reap} in a namespace. Used by one thread; close it once. */
final class TidewaitReap implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(30);

    private final LeashedProcess process;

    private TidewaitReap(LeashedProcess process) {
        this.process = process;
    }

    /** Starts it and waits until it works. */
    static TidewaitReap start(Namespace namespace, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of("reap", "--json"));
        arguments.addAll(options);
        TidewaitReap reap = new TidewaitReap(LeashedProcess.start(
                namespace, "tidewait reap", LIFETIME, line -> {}, TidewaitProgram.command(arguments)));
        try {
            reap.process.awaitStderr(line -> line.startsWith("tidewait reap: "), READY_DEADLINE);
            return reap;
        } catch (RuntimeException e) {
            reap.close();
            throw e;
        }
    }

    ProcessHandle program() {
        return process.programs().getFirst();
    }

    /** SIGTERM. @return how many sockets it destroyed */
    long stop() {
        return JsonObject.parse(process.stop()).number("destroyed");
    }

    @Override
    public void close() {
        process.close();
    }
}
