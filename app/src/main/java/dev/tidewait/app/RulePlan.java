package dev.tidewait.app;

import dev.tidewait.app.configuration.SourceBlock;
import dev.tidewait.hook.HookSettings;
import dev.tidewait.linux.Capabilities;
import dev.tidewait.linux.Capability;
import dev.tidewait.linux.FeatureProbes;
import dev.tidewait.linux.Listeners;
import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortBlockAnswer;
import dev.tidewait.linux.PortBlockLock;
import dev.tidewait.linux.ProbeOutcome;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.netty.PortSettings;
import dev.tidewait.netty.PortsUnavailableException;
import dev.tidewait.netty.SettingNames;
import dev.tidewait.netty.UsablePorts;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.PortSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the options come to in the calling thread's network namespace. Immutable.
 *
 * @param settings for the hook
 * @param notes what the user should know, one sentence each
 */
record RulePlan(HookSettings settings, List<String> notes) {
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

    /** How the command line calls the settings. That nothing else on the host connects cannot be said: the program's first connects do. */
    private static final SettingNames NAMES = new SettingNames("--ports", "");

    /**
     * Decides, and makes sure that nobody else has the ports; the hook takes them.
     *
     * @throws RuleException if it cannot be done here, or another instance has the ports
     */
    static RulePlan make(RuleOptions options) throws RuleException {
        requirePrivileges();
        try {
            List<String> notes = new ArrayList<>();
            Floors floors = FloorOption.floors(options.floors());
            List<SourceBlock> sources = options.sources();
            PortSettings defaults = PortSettings.DEFAULT;
            UsablePorts usable = UsablePorts.look(
                    new PortSettings(
                            options.ports().ports(),
                            List.of(),
                            floors,
                            List.of(),
                            false,
                            defaults.mostDestinations(),
                            defaults.mostWaiting()),
                    NAMES);
            notes.addAll(usable.advice());
            HookSettings settings = new HookSettings(
                    usable.ports().minus(listening()),
                    floors,
                    SourceAddresses.expand(sources),
                    options.destinations(),
                    options.strict(),
                    mayDestroy(notes));
            requireFree(settings.ports());
            return new RulePlan(settings, notes);
        } catch (PortsUnavailableException | UnusableSourceException | IllegalArgumentException e) {
            throw new RuleException(String.valueOf(e.getMessage()));
        }
    }

    /** Loading BPF programs for connects needs all three; an older kernel knows only CAP_SYS_ADMIN for the first two. */
    private static void requirePrivileges() throws RuleException {
        Capabilities own = Capabilities.ofThisThread();
        boolean administrator = own.has(Capability.SYS_ADMIN);
        String missing = Stream.of(Capability.BPF, Capability.PERFMON, Capability.NET_ADMIN)
                .filter(one -> !own.has(one) && !(administrator && one != Capability.NET_ADMIN))
                .map(one -> "CAP_" + one)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new RuleException("this needs root, or " + missing
                    + ", which this process does not have. Start it with sudo ('run --user NAME' then starts the command as an"
                    + " ordinary user)");
        }
    }

    /** A service may begin to listen later; the hook looks at every candidate once more. */
    private static PortSet listening() {
        try (SocketDiag diag = SocketDiag.open()) {
            return PortSet.of(Listeners.census(diag).toBitSet());
        }
    }

    private static boolean mayDestroy(List<String> notes) {
        return switch (FeatureProbes.destroyTimeWait(PROBE_LIMIT)) {
            case ProbeOutcome.Works ignored -> true;
            case ProbeOutcome.Refuses refuses -> {
                notes.add("TIME_WAIT without timestamps cannot be removed early, such ports rest for 60 s: "
                        + refuses.reason() + " " + refuses.advice());
                yield false;
            }
            case ProbeOutcome.Untried untried -> {
                notes.add("whether TIME_WAIT can be removed early could not be tried, so it is not: " + untried.reason()
                        + " " + untried.advice());
                yield false;
            }
        };
    }

    private static void requireFree(PortSet ports) throws RuleException {
        switch (PortBlockLock.acquire(PortBits.copyOf(ports.toBitSet()))) {
            case PortBlockLock free -> free.close();
            case PortBlockAnswer.HeldByAnother other ->
                throw new RuleException(
                        other.message() + " Two programs can also share one 'tidewait run -- sh -c …', or one cgroup.",
                        true);
            case PortBlockAnswer.Failed failed ->
                throw new RuleException("cannot take the ports " + failed.block() + " for this process: "
                        + failed.errno() + ". If it is EMFILE, raise the limit of open files (ulimit -n)");
        }
    }
}
