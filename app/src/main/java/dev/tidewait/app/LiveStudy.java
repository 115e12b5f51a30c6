package dev.tidewait.app;

import dev.tidewait.app.admin.AdminServer;
import dev.tidewait.app.admin.HealthPage;
import dev.tidewait.app.admin.LiveMetricFamilies;
import dev.tidewait.app.admin.MetricsPage;
import dev.tidewait.app.binding.Durations;
import dev.tidewait.app.study.LiveCost;
import dev.tidewait.app.study.LiveJson;
import dev.tidewait.app.study.LiveProgress;
import dev.tidewait.app.study.LiveReport;
import dev.tidewait.app.study.LiveText;
import dev.tidewait.app.study.TapReport;
import dev.tidewait.evidence.live.LiveException;
import dev.tidewait.evidence.live.LiveSettings;
import dev.tidewait.evidence.live.LiveSnapshot;
import dev.tidewait.evidence.live.LiveWatch;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.NetworkDevice;
import dev.tidewait.netty.Transport;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code tidewait study --live}: watches a device until its time is over or a signal comes, then prints what it saw. Used by the main thread. */
final class LiveStudy {
    /** The kernel's ring holds 16,384 late segments; emptied so often, 65,536 a second. Each look costs some tens of microseconds, found or not. */
    private static final long LOOK_MILLIS = 250;

    private static final long SNAPSHOT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LiveOptions options;
    private final CommandLine line;
    private final boolean asJson;

    LiveStudy(LiveOptions options, CommandLine line, boolean asJson) {
        this.options = options;
        this.line = line;
        this.asJson = asJson;
    }

    /** @param filesToo whether captures were named as well */
    int run(boolean filesToo) throws InterruptedException {
        if (filesToo) {
            throw new ParameterException(line, "--live watches a device: leave the captures out");
        }
        LiveSettings settings;
        try {
            settings = options.settings();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
        StopRequest stop = new StopRequest();
        stop.listen();
        try {
            NetworkDevice.find(settings.device());
            Optional<LiveWatch> watch = options.prefersTap() ? Optional.empty() : open(settings);
            if (watch.isEmpty()) {
                print(tap(settings, stop));
                return ExitCode.OK;
            }
            try (LiveWatch open = watch.get()) {
                print(watch(open, settings, stop));
            }
            return ExitCode.OK;
        } catch (LiveException | LinuxException | IOException e) {
            line.getErr().println("tidewait study: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    /** Empty if the kernel does not take the programs and a tap will do; said on stderr. */
    private Optional<LiveWatch> open(LiveSettings settings) throws LiveException {
        try {
            return Optional.of(LiveWatch.open(settings, System.nanoTime()));
        } catch (LiveException e) {
            if (!e.isForWantOfPrograms() || options.needsPrograms()) {
                throw e;
            }
            sayInstead(String.valueOf(e.getMessage()));
        } catch (LinuxException e) {
            if (options.needsPrograms()) {
                throw e;
            }
            sayInstead(String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private void sayInstead(String message) {
        PrintWriter err = line.getErr();
        err.println("tidewait study: " + message);
        err.println("tidewait study: takes a sample of packets instead (--tap), without --metrics, --cost, --remember"
                + " and --prefix");
    }

    private TapReport tap(LiveSettings settings, StopRequest stop) throws IOException {
        TapStudy study = TapStudy.open(settings.device(), options.tapShare(), options.length(), stop);
        line.getErr()
                .println("tidewait study: taps " + settings.device() + " for " + Durations.write(options.length())
                        + "; Ctrl-C ends it with the report");
        return study.run();
    }

    private void print(TapReport report) {
        PrintWriter out = line.getOut();
        if (asJson) {
            out.print(Json.pretty(report::write));
        } else {
            report.lines().forEach(out::println);
        }
        out.flush();
    }

    private LiveReport watch(LiveWatch watch, LiveSettings settings, StopRequest stop)
            throws IOException, InterruptedException {
        PrintWriter err = line.getErr();
        long beganNanos = System.nanoTime();
        long endNanos = beganNanos + options.length().toNanos();
        err.println("tidewait study: watches " + settings.device() + " for " + Durations.write(options.length())
                + "; Ctrl-C ends it with the report");
        Latest latest = new Latest(watch.snapshot(beganNanos));
        LiveProgress progress = new LiveProgress(err, Terminal.STDERR.isThere());
        Metrics endpoint = metrics(latest);
        try (LiveCost.Meter meter = options.measuresCost() ? LiveCost.measure(watch) : LiveCost.none()) {
            long nextSnapshotNanos = beganNanos + SNAPSHOT_NANOS;
            for (long now = System.nanoTime(); now < endNanos; now = System.nanoTime()) {
                watch.look(now);
                if (now >= nextSnapshotNanos) {
                    nextSnapshotNanos += SNAPSHOT_NANOS;
                    if (options.metrics().isPresent() || progress.isShown()) {
                        LiveSnapshot seen = watch.snapshot(now);
                        latest.seen = seen;
                        progress.show(seen, options.length());
                    }
                }
                if (stop.await(Math.clamp(TimeUnit.NANOSECONDS.toMillis(endNanos - now), 1, LOOK_MILLIS))) {
                    break;
                }
            }
            progress.end();
            Optional<LiveCost> cost = meter.read();
            return new LiveReport(watch.snapshot(System.nanoTime()), watch.prefixes(), cost);
        } finally {
            endpoint.close();
        }
    }

    private void print(LiveReport report) {
        PrintWriter out = line.getOut();
        if (asJson) {
            out.print(Json.pretty(json -> LiveJson.write(json, report)));
        } else {
            LiveText.lines(report).forEach(out::println);
        }
        out.flush();
    }

    private Metrics metrics(Latest latest) throws IOException {
        if (options.metrics().isEmpty()) {
            return new Metrics(() -> {});
        }
        NettyStart.prepare();
        EventLoopGroup loops = Transport.NIO.newGroup(1, "tidewait-admin-loop");
        try {
            AdminServer server = AdminServer.start(
                    loops,
                    Transport.NIO.serverChannel(),
                    options.metrics().get(),
                    false,
                    Map.of(
                            "/healthz", new HealthPage(() -> true),
                            "/metrics", new MetricsPage(new LiveMetricFamilies(() -> latest.seen))),
                    Map.of());
            line.getErr().println("metrics: http://" + address(server) + "/metrics");
            return new Metrics(() -> {
                server.close();
                end(loops);
            });
        } catch (IOException e) {
            end(loops);
            throw e;
        }
    }

    private static String address(AdminServer server) {
        return server.address().getAddress().getHostAddress() + ":"
                + server.address().getPort();
    }

    private static void end(EventLoopGroup loops) {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }

    /** What the endpoint shows; written by the main thread, read by any. */
    private static final class Latest {
        private volatile LiveSnapshot seen;

        Latest(LiveSnapshot seen) {
            this.seen = seen;
        }
    }

    /** The endpoint, if there is one. */
    private record Metrics(Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }
}
