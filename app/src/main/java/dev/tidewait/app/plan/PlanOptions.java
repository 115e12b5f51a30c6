package dev.tidewait.app.plan;

import dev.tidewait.app.binding.Suggestion;
import dev.tidewait.app.option.LengthValue;
import dev.tidewait.doctor.plan.Preset;
import dev.tidewait.ports.PortSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The figures that the command line gives, and what fills the others. Used by the main thread. */
public final class PlanOptions {
    private static final int LINUX_TIME_WAIT_MILLIS = 60_000;
    /** Lengths that have been proposed or tried, for comparison: see docs/plan.md. */
    private static final List<Long> USUAL_MILLIS = List.of(60_000L, 30_000L, 15_000L, 10_000L, 5_000L, 1_000L);

    @Option(
            names = "--ports",
            paramLabel = "COUNT|RANGES",
            converter = PortCount.class,
            description = "Usable ports of each source: how many (32768), or which (1024-32767,61000-65535). Default:"
                    + " net.ipv4.ip_local_port_range of this host less ip_local_reserved_ports.")
    private Optional<Integer> ports = Optional.empty();

    @Option(names = "--sources", paramLabel = "N", description = "Addresses to connect from. Default: 1.")
    private Optional<Integer> sources = Optional.empty();

    @Option(
            names = "--destinations",
            paramLabel = "N",
            description = "Addresses and ports to connect to, which share the connections evenly. Default: 1.")
    private Optional<Integer> destinations = Optional.empty();

    @Option(
            names = "--time-wait",
            paramLabel = "LENGTH",
            split = ",",
            converter = LengthValue.class,
            description =
                    "How long a four-tuple rests after the close, such as 15s. With several (60s,30s,15s) the first is"
                            + " in force and the table shows these. 0s: the other end closes first. Default: 60s, Linux.")
    private List<Duration> timeWaits = new ArrayList<>();

    @Option(
            names = "--hold",
            paramLabel = "LENGTH",
            converter = LengthValue.class,
            description = "How long one request keeps its connection, such as 250ms. Default: 0s, too short to matter.")
    private Optional<Duration> hold = Optional.empty();

    @Option(
            names = "--reuse-per-connection",
            paramLabel = "N",
            description = "Requests that one connection carries (keep-alive). Default: 1.")
    private Optional<Integer> requestsPerConnection = Optional.empty();

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Ports and TIME_WAIT of a documented system or NAT gateway; other options override them."
                    + " 'list' shows all, with their sources.")
    private Optional<String> preset = Optional.empty();

    /** Whether the presets are asked for instead of a plan. */
    public boolean asksForPresets() {
        return preset.filter("list"::equals).isPresent();
    }

    /**
     * The plan; reads this host's settings where neither an option nor a preset gives them.
     *
     * @param requestsPerSecond a rate that is wanted
     * @param risk whether the risk is asked for, and what it assumes
     * @throws IllegalArgumentException with what is wrong, for an option that is
     * @throws dev.tidewait.linux.LinuxException if a setting of this host cannot be read
     */
    public Plan plan(Optional<Long> requestsPerSecond, RiskOptions risk) {
        PlanInputs inputs = inputs();
        return Plan.of(inputs, comparedMillis(inputs), requestsPerSecond, risk.planRisk());
    }

    private PlanInputs inputs() {
        Optional<Preset> chosen = preset.map(PlanOptions::preset);
        if (chosen.filter(of -> of.kind() == Preset.Kind.NAT_OF_ALL_DESTINATIONS)
                        .isPresent()
                && destinations.orElse(1) > 1) {
            throw new IllegalArgumentException("--destinations does not multiply the ports of preset '"
                    + preset.orElseThrow() + "': there a port serves one connection, wherever that goes; leave it out");
        }
        Optional<ThisHost> host = ports.isEmpty() && chosen.isEmpty() ? Optional.of(ThisHost.read()) : Optional.empty();
        return new PlanInputs(
                ports(chosen, host),
                option("--sources", sources, 1, ""),
                option("--destinations", destinations, 1, ""),
                timeWait(chosen),
                option("--hold", hold.map(Duration::toMillis), 0L, "too short to matter"),
                option("--reuse-per-connection", requestsPerConnection, 1, "no keep-alive"),
                chosen,
                host);
    }

    /** The lengths of TIME_WAIT to compare, in milliseconds, longest first; that of {@code inputs} is one of them. */
    private List<Long> comparedMillis(PlanInputs inputs) {
        List<Long> lengths = new ArrayList<>(timeWaits.size() > 1 ? List.of() : USUAL_MILLIS);
        timeWaits.forEach(length -> lengths.add(length.toMillis()));
        lengths.add(inputs.timeWaitMillis().value());
        return lengths.stream()
                .filter(millis -> millis + inputs.holdMillis().value() > 0)
                .distinct()
                .sorted((one, other) -> Long.compare(other, one))
                .toList();
    }

    private Figure<Integer> ports(Optional<Preset> chosen, Optional<ThisHost> host) {
        if (ports.isPresent()) {
            return new Figure<>(ports.get(), "--ports");
        }
        return host.map(of -> new Figure<>(of.automatic().size(), of.origin()))
                .or(() -> chosen.map(of -> new Figure<>(of.portCount(), of.portsFrom())))
                .orElseThrow();
    }

    private Figure<Long> timeWait(Optional<Preset> chosen) {
        if (!timeWaits.isEmpty()) {
            return new Figure<>(timeWaits.getFirst().toMillis(), "--time-wait");
        }
        return chosen.map(of -> new Figure<>(of.timeWaitMillis(), of.timeWaitFrom()))
                .orElseGet(() -> new Figure<>(
                        (long) LINUX_TIME_WAIT_MILLIS, "Linux: TCP_TIMEWAIT_LEN, a constant in the kernel"));
    }

    private static <T> Figure<T> option(String name, Optional<T> given, T otherwise, String why) {
        return given.map(value -> new Figure<>(value, name))
                .orElseGet(() ->
                        new Figure<>(otherwise, "default" + (why.isEmpty() ? "" : ", " + why) + " (" + name + ")"));
    }

    private static Preset preset(String word) {
        return Preset.called(word).orElseThrow(() -> {
            String near = Suggestion.nearest(
                            word,
                            Arrays.stream(Preset.values()).map(Preset::word).toList())
                    .map(name -> "; did you mean '" + name + "'?")
                    .orElse(";");
            return new IllegalArgumentException("there is no preset '" + word + "'" + near
                    + " 'tidewait plan --preset list' shows those there are");
        });
    }

    /** {@code 32768} as a number of ports, {@code 1024-32767,61000} as ports. */
    static final class PortCount implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                return text.matches("[0-9]{1,9}")
                        ? Integer.parseInt(text)
                        : PortSet.parse(text).size();
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "'" + text + "' is neither a number of ports nor ports: " + e.getMessage());
            }
        }
    }
}
