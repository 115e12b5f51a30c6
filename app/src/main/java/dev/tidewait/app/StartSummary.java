package dev.tidewait.app;

import dev.tidewait.app.binding.Durations;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.ListenerSection;
import dev.tidewait.app.configuration.SourceBlock;
import dev.tidewait.ports.Floors;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.HostPort;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code tidewait proxy} says once it serves: what is open, which ports are used, what is missing. Immutable. */
final class StartSummary {
    private final List<String> lines = new ArrayList<>();

    StartSummary(RunningProxy running) {
        Configuration configuration = running.configuration();
        for (ListenerSection listener : configuration.listeners()) {
            line("listener", listener(listener, Addresses.text(running.address(listener.name())), configuration));
        }
        line(
                "admin",
                running.adminAddress()
                        .map(address ->
                                "http://" + Addresses.text(address) + " (/healthz, /metrics, /ports; POST /reload)")
                        .orElse("off"));
        line("access log", accessLog(configuration));
        line("sources", sources(configuration.sources().addresses()));
        line(
                "ports",
                String.format(
                        Locale.ROOT,
                        "%,d: %s",
                        running.outgoing().usable().size(),
                        running.outgoing().usable()));
        line("rule", rule(configuration.floors(), running.outgoing().usable().size()));
        running.outgoing().measuredFloors().forEach(measured -> line("measured", measured.text()));
        line("transport", running.loops().note());
        running.outgoing().advice().forEach(advice -> line("note", advice));
        AccessAdvice.of(configuration).forEach(advice -> line("note", advice));
        OpenFiles.advice().ifPresent(advice -> line("note", advice));
    }

    void print(PrintWriter err) {
        lines.forEach(err::println);
    }

    static String listener(ListenerSection listener, String address, Configuration configuration) {
        String start = listener.name() + ", " + listener.type() + " on " + address;
        return listener.upstream()
                .flatMap(name -> configuration.upstreams().entrySet().stream()
                        .filter(upstream -> upstream.getKey().equals(name))
                        .findFirst())
                .map(upstream -> start + " to " + upstream.getKey() + " ("
                        + upstream.getValue().servers().stream()
                                .map(HostPort::toString)
                                .collect(Collectors.joining(", "))
                        + ")")
                .orElse(start);
    }

    static String accessLog(Configuration configuration) {
        return configuration
                .accessLog()
                .map(section -> section.file() + " (" + section.format() + ")")
                .orElse("off");
    }

    static String sources(List<SourceBlock> blocks) {
        return blocks.stream()
                .map(block ->
                        block.isAuto() ? "auto, what the routing table gives for each destination" : block.toString())
                .collect(Collectors.joining(", "));
    }

    static String rule(Floors floors, int portCount) {
        if (floors.fixedMillis() > 0) {
            return String.format(
                    Locale.ROOT,
                    "a port rests for %s, so at most %,d connections a second from each source to one destination",
                    text(floors.fixedMillis()),
                    portCount * 1000L / floors.fixedMillis());
        }
        return String.format(
                Locale.ROOT,
                "the oldest port first, never below %s (without timestamps %s or %s), as new from %s; at most %,d connections a"
                        + " second from each source to one destination",
                text(floors.timestampsMillis()),
                text(floors.sequenceMillis()),
                text(floors.unknownMillis()),
                text(floors.ceilingMillis()),
                portCount * 1000L / floors.timestampsMillis());
    }

    private static String text(long millis) {
        return Durations.write(Duration.ofMillis(millis));
    }

    private void line(String label, String text) {
        lines.add(String.format(Locale.ROOT, "  %-10s %s", label, text));
    }
}
