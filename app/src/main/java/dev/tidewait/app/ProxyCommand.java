package dev.tidewait.app;

import dev.tidewait.app.accesslog.UnusableLogException;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.ConfigurationFile;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.netty.PortsUnavailableException;
import dev.tidewait.proxy.ListenFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tidewait proxy}: the main job. Used by the main thread; signals come on threads of their own. */
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

    private static final Logger LOG = LoggerFactory.getLogger(ProxyCommand.class);

    private final CountDownLatch stopRequested = new CountDownLatch(1);

    @Override
    public Integer call() throws InterruptedException {
        if (verbose) {
            Logging.verbose();
        }
        NettyStart.prepare();
        PrintWriter err = spec.commandLine().getErr();
        Optional<Configuration> configuration =
                file == null ? Optional.of(ConfigurationFile.defaults()) : ConfigurationArgument.read(file, err);
        if (configuration.isEmpty()) {
            return ExitCode.USAGE;
        }
        try {
            return run(configuration.get(), err);
        } catch (ListenFailedException e) {
            return fail(exitCode(e.reason()), e);
        } catch (PortsUnavailableException e) {
            return fail(e.heldByAnother() ? ExitCode.TAKEN : ExitCode.USAGE, e);
        } catch (UnusableSourceException | UnusableLogException e) {
            return fail(ExitCode.USAGE, e);
        } catch (IOException | LinuxException e) {
            return fail(ExitCode.FAILED, e);
        }
    }

    private int run(Configuration configuration, PrintWriter err) throws IOException, InterruptedException {
        Signals.onStop(this::stop);
        boolean atTerminal = ControllingTerminal.exists();
        try (RunningProxy running =
                new RunningProxy(configuration, Optional.ofNullable(file), Optional.ofNullable(trace))) {
            Signals.onReopen(running::reopenAccessLog);
            Signals.onReload(() -> hangUp(running, atTerminal));
            err.printf(
                    Locale.ROOT,
                    "tidewait %s with %s%n",
                    VersionCommand.version(),
                    file == null ? "its defaults (no configuration file)" : file);
            new StartSummary(running).print(err);
            err.printf(Locale.ROOT, "ready after %.2f s%n", sinceStart().toMillis() / 1e3);
            err.flush();
            stopRequested.await();
            running.drain();
            return ExitCode.OK;
        } catch (TimeoutException e) {
            err.println("the open connections could not be ended in time; they end with this process");
            return ExitCode.FAILED;
        }
    }

    private static int exitCode(ListenFailedException.Reason reason) {
        return switch (reason) {
            case IN_USE -> ExitCode.TAKEN;
            case NOT_HERE, NOT_PERMITTED -> ExitCode.USAGE;
            case OTHER -> ExitCode.FAILED;
        };
    }

    /** SIGHUP is a wish for a reload, unless it says that the window is gone which this was started from. */
    private void hangUp(RunningProxy running, boolean atTerminal) {
        if (atTerminal && !ControllingTerminal.exists()) {
            stop();
        } else {
            LOG.debug("SIGHUP: {}", running.reload());
        }
    }

    private void stop() {
        if (stopRequested.getCount() == 0) {
            Runtime.getRuntime().halt(ExitCode.FAILED);
        }
        stopRequested.countDown();
    }

    private int fail(int exitCode, Exception cause) {
        String message = cause.getMessage();
        spec.commandLine().getErr().println("tidewait proxy: " + (message == null ? cause.toString() : message));
        return exitCode;
    }

    /** Since this process began; where the launcher had to build first, since it was done with that. */
    private static Duration sinceStart() {
        Instant now = Instant.now();
        Long builtMicros = Long.getLong("tidewait.built-micros");
        if (builtMicros != null) {
            return Duration.between(Instant.EPOCH.plus(builtMicros, ChronoUnit.MICROS), now);
        }
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, now))
                .orElse(Duration.ZERO);
    }
}
