package dev.tidewait.app;

import dev.tidewait.app.binding.Durations;
import dev.tidewait.app.option.LengthValue;
import dev.tidewait.app.reap.ReapProgress;
import dev.tidewait.app.reap.ReapReport;
import dev.tidewait.app.reap.ReapValues;
import dev.tidewait.hook.DestinationMatch;
import dev.tidewait.hook.reap.ReapException;
import dev.tidewait.hook.reap.ReapGoal;
import dev.tidewait.hook.reap.ReapLoop;
import dev.tidewait.hook.reap.ReapSettings;
import dev.tidewait.hook.reap.ReapStart;
import dev.tidewait.hook.reap.Reaper;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.PortRange;
import dev.tidewait.linux.Sysctl;
import dev.tidewait.ports.PortSet;
import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tidewait reap}: destroys outgoing TIME_WAIT sockets of any program. Used by the main thread; signals come on threads of their own. */
@Command(
        name = "reap",
        description = {
            "Destroys outgoing TIME_WAIT sockets of this host (of this network namespace), oldest first, so that programs which cannot"
                    + " be changed or restarted do not run out of ports. For hosts where 'tidewait run' and 'attach' may not be used (no"
                    + " BPF, no cgroup v2), which are the better cure. Needs Linux 6.0 and CAP_NET_ADMIN.",
            "",
            "Never touched: what is younger than --floor, what still waits for the peer's FIN (FIN_WAIT2), live connections, and"
                    + " connections that came in from outside (on a listening port). Runs until SIGTERM or Ctrl-C, --seconds or --once;"
                    + " then prints a summary to stdout."
        },
        footer = {
            "",
            "Examples:",
            "  tidewait reap                             keep every destination below 45 %% of the ports; floor 15 s",
            "  tidewait reap --dry-run --once            what would go now? Needs no rights",
            "  tidewait reap --time-wait 15s             as if the kernel's TIME_WAIT were 15 s instead of 60 s",
            "  tidewait reap --floor 1s --destination 10.0.0.5:80",
            "                                            a server in our own network that uses TCP timestamps",
            "",
            "More: docs/reap.md"
        },
        exitCodeList = {
            ExitCode.OK + ":done: --once or --seconds is over, or stopped by SIGTERM or Ctrl-C",
            ExitCode.FAILED
                    + ":failed; stderr says what, why and what to do (no CAP_NET_ADMIN, kernel too old, …); after a pass with the"
                    + " summary of what was done",
            ExitCode.USAGE + ":wrong command line; nothing was done",
            ExitCode.LAUNCHER
        })
final class ReapCommand implements Callable<Integer> {
    @ArgGroup
    private GoalOptions goal = new GoalOptions();

    @Option(
            names = "--floor",
            paramLabel = "LENGTH",
            converter = LengthValue.class,
            description =
                    "None younger than this goes, whatever happens. Default 15s: the kernel does not tell which TIME_WAIT sockets had"
                            + " TCP timestamps. 1s is enough where all of them do and the round trip is short.")
    private Duration floor = Duration.ofMillis(ReapSettings.SAFE_FLOOR_MILLIS);

    @Option(
            names = "--destination",
            paramLabel = "DESTINATION",
            converter = ReapValues.Destinations.class,
            description =
                    "Only connections to this, such as 203.0.113.0/24, 203.0.113.7:443 or [2001:db8::/32]:443. May be repeated.")
    private List<DestinationMatch> destinations = new ArrayList<>();

    @Option(
            names = "--source",
            paramLabel = "ADDR|CIDR",
            converter = ReapValues.Sources.class,
            description = "Only connections from this address or block of this host. May be repeated.")
    private List<DestinationMatch> sources = new ArrayList<>();

    @Option(
            names = "--ports",
            paramLabel = "PORTS",
            converter = ReapValues.Ports.class,
            description =
                    "Local ports of outgoing connections, such as 1024-65535. Default: net.ipv4.ip_local_port_range less"
                            + " ip_local_reserved_ports, from which connect() chooses.")
    private Optional<PortSet> ports = Optional.empty();

    @Option(names = "--rate", paramLabel = "N", description = "At most N removals in any second. Default: no limit.")
    private Optional<Integer> rate = Optional.empty();

    @Option(names = "--dry-run", description = "Does everything but the removals, and counts what would have gone.")
    private boolean dryRun;

    @ArgGroup
    private EndOptions end = new EndOptions();

    @Option(names = "--json", description = "Prints the summary as JSON.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    /** At most one of them. */
    static final class GoalOptions {
        @Option(
                names = "--time-wait",
                paramLabel = "LENGTH",
                converter = LengthValue.class,
                description = "Destroys what has been in TIME_WAIT for so long, such as 15s; not below --floor.")
        private Optional<Duration> timeWait = Optional.empty();

        @Option(
                names = "--keep-below",
                paramLabel = "PERCENT",
                converter = ReapValues.Percent.class,
                description =
                        "Destroys of each (source, destination) as many as keep it below this part of the ports. This is the"
                                + " default, with 45%%: above half, connect() becomes slow.")
        private Optional<Double> keepBelow = Optional.empty();

        ReapGoal goal() {
            if (timeWait.isPresent()) {
                return new ReapGoal.TimeWait(timeWait.get().toMillis());
            }
            return keepBelow.<ReapGoal>map(ReapGoal.KeepBelow::new).orElse(ReapGoal.DEFAULT);
        }
    }

    /** At most one of them. */
    static final class EndOptions {
        @Option(names = "--once", description = "One pass, then the summary.")
        private boolean once;

        @Option(names = "--seconds", paramLabel = "N", description = "Ends after N seconds.")
        private Optional<Integer> seconds = Optional.empty();
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            return reap(settings());
        } catch (ReapException | LinuxException e) {
            spec.commandLine().getErr().println("tidewait reap: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private int reap(ReapSettings settings) throws ReapException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        ReapLoop loop = new ReapLoop();
        Signals.onStop(() -> {
            if (loop.isStopped()) {
                Runtime.getRuntime().halt(ExitCode.FAILED);
            }
            loop.stop();
        });
        ReapStart start = ReapStart.look(dryRun);
        try (Reaper reaper = Reaper.open(settings, start.timeWaitMillis())) {
            err.println("tidewait reap: " + intent(settings));
            start.notes().forEach(note -> err.println("note: " + note));
            ReapProgress progress = new ReapProgress(err, !end.once && Terminal.STDERR.isThere(), System.nanoTime());
            try {
                if (end.once) {
                    loop.once(reaper);
                } else {
                    loop.run(reaper, end.seconds.map(Duration::ofSeconds), progress);
                }
            } finally {
                // Also before an error: what was destroyed until then does not come back, so it is told.
                print(progress.end(reaper.snapshot(), System.nanoTime()));
            }
        }
        return ExitCode.OK;
    }

    private void print(ReapReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.print(Json.pretty(report::write));
        } else {
            report.lines().forEach(out::println);
        }
        out.flush();
    }

    private ReapSettings settings() {
        if (rate.isPresent() && rate.get() < 1) {
            throw wrong("--rate is at least 1 a second, not " + rate.get());
        }
        if (end.seconds.isPresent() && end.seconds.get() < 1) {
            throw wrong("--seconds is at least 1, not " + end.seconds.get());
        }
        try {
            return new ReapSettings(
                    goal.goal(),
                    floor.toMillis(),
                    ports.orElseGet(ReapCommand::automaticPorts),
                    sources,
                    destinations,
                    rate.orElse(0),
                    dryRun);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private static PortSet automaticPorts() {
        PortRange range = Sysctl.ipLocalPortRange();
        return PortSet.range(range.lowest(), range.highest())
                .minus(PortSet.of(Sysctl.ipLocalReservedPorts().toBitSet()));
    }

    private static String intent(ReapSettings settings) {
        String what = switch (settings.goal()) {
            case ReapGoal.TimeWait timeWait ->
                "ends TIME_WAIT after " + Durations.write(Duration.ofMillis(timeWait.millis()));
            case ReapGoal.KeepBelow keep -> keepBelow(keep.share(), settings);
        };
        return (settings.dryRun() ? "dry run, destroys nothing: " : "") + what + ", never below "
                + Durations.write(Duration.ofMillis(settings.floorMillis()))
                + String.format(
                        Locale.ROOT,
                        ", on %,d outgoing ports: %s",
                        settings.ports().size(),
                        settings.ports());
    }

    private static String keepBelow(double share, ReapSettings settings) {
        return String.format(
                Locale.ROOT,
                "keeps each source and destination below %s %% of the ports (possible up to %,.0f connections a second)",
                new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(share * 100),
                share * settings.ports().size() * 1_000 / settings.floorMillis());
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
