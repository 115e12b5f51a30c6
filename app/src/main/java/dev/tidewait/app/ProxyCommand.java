package dev.tidewait.app;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tidewait proxy}: the main job. Used by the main thread. */
@Command(
        name = "proxy",
        description =
                "Runs the proxy until SIGTERM or Ctrl-C; a second one ends it at once. SIGHUP reads the configuration again, SIGUSR1"
                        + " opens the access log anew.",
        exitCodeList = {
            ExitCode.OK + ":stopped by SIGTERM or Ctrl-C, open connections drained",
            ExitCode.FAILED + ":failed; stderr says what, why and what to do",
            ExitCode.USAGE
                    + ":wrong command line; nothing was done. Or a wrong configuration, or one that cannot work here",
            ExitCode.LAUNCHER,
            ExitCode.TAKEN + ":" + ExitCode.TAKEN_MEANS
        })
final class ProxyCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration (YAML). Without it: an HTTP proxy on 127.0.0.1:3128, SOCKS5 on"
                    + " 127.0.0.1:1080, admin on 127.0.0.1:8404.")
    private @Nullable Path file;

    @Option(
            names = {"-v", "--verbose"},
            description = "Logs debug messages too.")
    private boolean verbose;

    @Option(names = "--trace-leases", paramLabel = "FILE", hidden = true, description = "Writes every reuse to FILE.")
    private @Nullable Path trace;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (verbose) {
            Logging.verbose();
        }
        return new ProxyRun(
                        Optional.ofNullable(file),
                        Optional.ofNullable(trace),
                        spec.commandLine().getErr())
                .run();
    }
}
