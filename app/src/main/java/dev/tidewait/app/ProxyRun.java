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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy from its configuration to its end. Used by the main thread, once; signals come on threads of their own. Knows nothing of the
 * command line's library, which {@link PlainStart} does without.
 */
final class ProxyRun {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyRun.class);

    private final Optional<Path> file;
    private final Optional<Path> trace;
    private final PrintWriter err;
    private final CountDownLatch stopRequested = new CountDownLatch(1);

    /** What the main thread does while the event loops serve; the proxy stops when it returns. */
    @FunctionalInterface
    interface WhileServing {
        void accept(RunningProxy running) throws IOException, InterruptedException;
    }

    /**
     * Nothing is done yet.
     *
     * @param file the configuration; empty = the defaults
     * @param trace where every reuse of a four-tuple shall be written to
     * @param err takes what is to be said
     */
    ProxyRun(Optional<Path> file, Optional<Path> trace, PrintWriter err) {
        this.file = file;
        this.trace = trace;
        this.err = err;
    }

    /**
     * Runs it until it is stopped.
     *
     * @return the exit code
     */
    int run() throws InterruptedException {
        return run(running -> stopRequested.await());
    }

    /**
     * Runs it until {@code work} is done.
     *
     * @return the exit code
     */
    int run(WhileServing work) throws InterruptedException {
        NettyStart.prepare();
        Optional<Configuration> configuration = file.isPresent()
                ? ConfigurationArgument.read(file.get(), err)
                : Optional.of(ConfigurationFile.defaults());
        if (configuration.isEmpty()) {
            return ExitCode.USAGE;
        }
        try {
            return run(configuration.get(), work);
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

    private int run(Configuration configuration, WhileServing work) throws IOException, InterruptedException {
        Signals.onStop(this::stop);
        boolean atTerminal = ControllingTerminal.exists();
        try (RunningProxy running = new RunningProxy(configuration, file, trace)) {
            Signals.onReopen(running::reopenAccessLog);
            Signals.onReload(() -> hangUp(running, atTerminal));
            err.printf(
                    Locale.ROOT,
                    "tidewait %s with %s%n",
                    VersionCommand.version(),
                    file.map(Path::toString).orElse("its defaults (no configuration file)"));
            new StartSummary(running).print(err);
            err.printf(Locale.ROOT, "ready after %.2f s%n", sinceStart().toMillis() / 1e3);
            err.flush();
            work.accept(running);
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
        err.println("tidewait proxy: " + (message == null ? cause.toString() : message));
        return exitCode;
    }

    /** Since this process began; where the launcher had to build first, since it was done with that. */
    private static Duration sinceStart() {
        Long builtMicros = Long.getLong("tidewait.built-micros");
        return builtMicros == null
                ? ProcessAge.now()
                : Duration.between(Instant.EPOCH.plus(builtMicros, ChronoUnit.MICROS), Instant.now());
    }
}
