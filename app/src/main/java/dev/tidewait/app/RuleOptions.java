package dev.tidewait.app;

import dev.tidewait.app.binding.BadValueException;
import dev.tidewait.app.configuration.CommandLineValues;
import dev.tidewait.app.configuration.PortChoice;
import dev.tidewait.app.configuration.SourceBlock;
import dev.tidewait.hook.DestinationMatch;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code run} and {@code attach}: how the rule is to be applied, and who is told. Used by the main thread. */
final class RuleOptions {
    @Option(
            names = "--source",
            paramLabel = "ADDR|CIDR",
            split = ",",
            converter = SourceValue.class,
            description = "Addresses of this host to connect from; may be given more than once. Without it: for each"
                    + " destination the one that the routing table gives.")
    private List<SourceBlock> sources = new ArrayList<>();

    @Option(
            names = "--ports",
            paramLabel = "PORTS",
            converter = PortsValue.class,
            description =
                    "Ports to connect from, such as 20000-29999,40000. Without it: 1024-65535 less those that the kernel"
                            + " gives to other programs (ip_local_port_range), reserved and listening ones.")
    private PortChoice ports = PortChoice.AUTO;

    @Option(
            names = "--floor",
            paramLabel = "[ROW=]TIME",
            split = ",",
            converter = FloorValue.class,
            description = "Age below which a port is never used again for the same destination, such as 2s; long round"
                    + " trips lift it. With a row for one way to end: timestamps (1s), sequence (5s), unknown (15s),"
                    + " refused (5s), synTimeout (15s).")
    private List<FloorOption> floors = new ArrayList<>();

    @Option(
            names = "--destination",
            paramLabel = "ADDR[/BITS][:PORT]",
            split = ",",
            converter = DestinationValue.class,
            description = "Only connects to these; may be given more than once. Without it: all but those to loopback.")
    private List<DestinationMatch> destinations = new ArrayList<>();

    @Option(
            names = "--strict",
            description =
                    "A connect for which no port has rested long enough fails with EADDRNOTAVAIL. Without it the kernel chooses"
                            + " a port, as it would without Tidewait.")
    private boolean strict;

    @Option(
            names = "--force",
            description =
                    "Also where another program (Cilium, for example) has a BPF program for connects on the cgroup.")
    private boolean force;

    @Option(
            names = "--admin",
            paramLabel = "ADDR:PORT",
            converter = BindValue.class,
            description = "Serves /table, /ports (JSON), /metrics and /healthz there.")
    private @Nullable InetSocketAddress admin;

    @Option(names = "--json", description = "The report as JSON.")
    private boolean json;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Writes the report to FILE, each time anew, instead of standard error.")
    private @Nullable Path report;

    PortChoice ports() {
        return ports;
    }

    List<SourceBlock> sources() {
        return sources;
    }

    List<FloorOption> floors() {
        return floors;
    }

    List<DestinationMatch> destinations() {
        return destinations;
    }

    boolean strict() {
        return strict;
    }

    boolean force() {
        return force;
    }

    Optional<InetSocketAddress> admin() {
        return Optional.ofNullable(admin);
    }

    boolean json() {
        return json;
    }

    Optional<Path> report() {
        return Optional.ofNullable(report);
    }

    /** Reads one value; what it says of a bad one becomes the message. */
    private interface Reader<T> {
        T read(String text) throws BadValueException;
    }

    private static <T> T convert(String text, Reader<T> reader) {
        try {
            return reader.read(text);
        } catch (BadValueException | IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "': " + e.getMessage());
        }
    }

    static final class SourceValue implements ITypeConverter<SourceBlock> {
        @Override
        public SourceBlock convert(String text) {
            return RuleOptions.convert(text, CommandLineValues::source);
        }
    }

    static final class PortsValue implements ITypeConverter<PortChoice> {
        @Override
        public PortChoice convert(String text) {
            return RuleOptions.convert(text, CommandLineValues::ports);
        }
    }

    static final class FloorValue implements ITypeConverter<FloorOption> {
        @Override
        public FloorOption convert(String text) {
            return RuleOptions.convert(text, FloorOption::parse);
        }
    }

    static final class DestinationValue implements ITypeConverter<DestinationMatch> {
        @Override
        public DestinationMatch convert(String text) {
            return RuleOptions.convert(text, DestinationMatch::parse);
        }
    }

    static final class BindValue implements ITypeConverter<InetSocketAddress> {
        @Override
        public InetSocketAddress convert(String text) {
            return RuleOptions.convert(text, CommandLineValues::bind);
        }
    }
}
