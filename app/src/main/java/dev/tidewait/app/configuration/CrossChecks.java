package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Durations;
import dev.tidewait.app.binding.Findings;
import dev.tidewait.app.binding.Suggestion;
import dev.tidewait.ports.Floors;
import dev.tidewait.proxy.TcpListenerSettings;
import dev.tidewait.proxy.address.Addresses;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rules that need more than one key to be looked at. What could not be bound is left out of the records, so nothing is
 * reported here that follows only from an earlier error. Owned by the thread that loads the file.
 */
final class CrossChecks {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    private final Configuration configuration;
    private final Findings findings;

    CrossChecks(Configuration configuration, Findings findings) {
        this.configuration = configuration;
        this.findings = findings;
    }

    void run() {
        listeners();
        upstreams();
        timeWait("timeWait", configuration.timeWait(), configuration.timeWait());
        sources("sources", configuration.sources().addresses());
        destinations();
        new AccessChecks(configuration, findings).run();
        names();
        admin();
    }

    private void listeners() {
        if (configuration.listeners().isEmpty() && !findings.written("listeners[0]")) {
            findings.report(
                    "listeners",
                    "the list is empty; name one, or remove the key for an HTTP proxy on 127.0.0.1:3128 and SOCKS5 on 127.0.0.1:1080");
        }
        Set<String> names = new HashSet<>();
        Map<InetSocketAddress, String> binds = new LinkedHashMap<>();
        configuration.admin().ifPresent(admin -> binds.put(admin.bind(), "the admin endpoint"));
        for (ListenerSection listener : configuration.listeners()) {
            String path = findings.pathOf(listener);
            if (!NAME.matcher(listener.name()).matches()) {
                findings.report(
                        path + ".name", "a name has 1 to 63 letters, digits, '-' and '_', and no other characters");
            }
            if (!names.add(listener.name())) {
                findings.report(
                        path + ".name",
                        "another listener is called '" + listener.name() + "' too; give each its own name");
            }
            taken(listener.bind(), binds)
                    .ifPresent(how -> findings.report(path + ".bind", how + "; give each its own port"));
            binds.putIfAbsent(listener.bind(), "listener '" + listener.name() + "'");
            upstreamOf(listener, path);
        }
    }

    /** How another one is in the way. Sockets for IPv6 take IPv4 as well, so a port on every address is that port on any address. */
    private static Optional<String> taken(InetSocketAddress bind, Map<InetSocketAddress, String> before) {
        String same = before.get(bind);
        if (bind.getPort() == 0) {
            return Optional.empty();
        }
        if (same != null) {
            return Optional.of("the address is already taken by " + same);
        }
        return before.entrySet().stream()
                .filter(other -> other.getKey().getPort() == bind.getPort())
                .filter(other -> bind.getAddress().isAnyLocalAddress()
                        || other.getKey().getAddress().isAnyLocalAddress())
                .map(other -> "it overlaps with " + Addresses.text(other.getKey()) + " of " + other.getValue())
                .findFirst();
    }

    private void upstreamOf(ListenerSection listener, String path) {
        if (listener.type() != ListenerKind.TCP) {
            if (listener.upstream().isPresent()) {
                findings.report(
                        path + ".upstream",
                        "a listener of type " + listener.type()
                                + " goes where its clients ask; remove the key, or use type tcp");
            }
            return;
        }
        if (listener.upstream().isEmpty()) {
            findings.report(path, "a listener of type tcp needs 'upstream', the name of a group under 'upstreams'");
            return;
        }
        String name = listener.upstream().get();
        if (!findings.written("upstreams." + name)) {
            findings.report(
                    path + ".upstream",
                    "there is no '" + name + "' under 'upstreams'"
                            + Suggestion.among(name, configuration.upstreams().keySet()));
        }
    }

    private void upstreams() {
        configuration.upstreams().forEach((name, upstream) -> {
            String path = "upstreams." + name;
            if (!NAME.matcher(name).matches()) {
                findings.report(path, "a name has 1 to 63 letters, digits, '-' and '_', and no other characters");
            }
            findings.reportEmpty(path + ".servers", upstream.servers(), "name at least one server as host:port");
            findings.reportTwins(path + ".servers", upstream.servers());
            if (upstream.servers().size() > TcpListenerSettings.MOST_SERVERS) {
                findings.report(
                        path + ".servers",
                        upstream.servers().size() + " servers are named; one group has at most "
                                + TcpListenerSettings.MOST_SERVERS);
            }
        });
    }

    private void destinations() {
        Map<DestinationMatch, String> matches = new HashMap<>();
        for (DestinationSection destination : configuration.destinations()) {
            String path = findings.pathOf(destination);
            Optional.ofNullable(matches.putIfAbsent(destination.match(), path))
                    .ifPresent(before -> findings.report(
                            path + ".match", "it says the same as " + before + ", which counts first; join the two"));
            timeWait(
                    path + ".timeWait",
                    destination.timeWait(),
                    destination.timeWait().over(configuration.timeWait()));
            destination.sources().ifPresent(sources -> sources(path + ".sources", sources.addresses()));
        }
    }

    /**
     * @param own what is written here
     * @param effective what applies here
     */
    private void timeWait(String path, TimeWaitSection own, TimeWaitSection effective) {
        if (own.fixed().isPresent()) {
            for (String key : List.of("floor", "ceiling")) {
                if (findings.written(path + "." + key)) {
                    findings.report(path + "." + key, "'fixed' already says floor and ceiling; remove one of the two");
                }
            }
            return;
        }
        FloorSection floor = effective.floor();
        Duration sequence = floor.sequence().orElse(Duration.ofMillis(Floors.DEFAULT.sequenceMillis()));
        Duration unknown = floor.unknown().orElse(Duration.ofMillis(Floors.DEFAULT.unknownMillis()));
        boolean here =
                own.floor().sequence().isPresent() || own.floor().unknown().isPresent();
        if (here && unknown.compareTo(sequence) < 0) {
            String key = own.floor().unknown().isPresent() ? ".floor.unknown" : ".floor.sequence";
            findings.report(
                    path + key,
                    "floor.unknown (" + Durations.write(unknown) + ") is shorter than floor.sequence ("
                            + Durations.write(sequence) + "), although less is known; make it at least as long");
        }
        measured(path, own, effective);
        Duration least = floor.timestamps().orElse(Duration.ofMillis(Floors.DEFAULT.timestampsMillis()));
        own.ceiling()
                .filter(ceiling -> ceiling.compareTo(least) < 0)
                .ifPresent(ceiling -> findings.report(
                        path + ".ceiling",
                        "the ceiling is below floor.timestamps (" + Durations.write(least)
                                + "); raise it, or lower the floor"));
    }

    /** Whether what {@code floor: measured} needs is there, and nothing that it cannot mean. */
    private void measured(String path, TimeWaitSection own, TimeWaitSection effective) {
        if (!effective.floor().isMeasured()) {
            boolean elsewhere = path.equals("timeWait")
                    && configuration.destinations().stream()
                            .anyMatch(one -> one.timeWait().floor().isMeasured());
            if (!elsewhere && (own.evidence().isPresent() || own.evidenceAge().isPresent())) {
                findings.report(
                        path + (own.evidence().isPresent() ? ".evidence" : ".evidenceAge"),
                        "it counts only with floor: measured; write that, or remove the key");
            }
            return;
        }
        if (own.floor().isMeasured() && effective.evidence().isEmpty() && !findings.written(path + ".evidence")) {
            findings.report(
                    path + ".floor",
                    "'measured' needs 'evidence', the file that 'tidewait study --json' wrote, beside 'floor'");
        }
        FloorSection floor = own.floor().isMeasured() ? effective.floor() : own.floor();
        for (Optional<Duration> row : List.of(floor.sequence(), floor.unknown())) {
            row.filter(age -> age.toMillis() < Floors.LEAST_MEASURED_MILLIS)
                    .ifPresent(age -> findings.report(
                            path + ".floor",
                            "a row of " + Durations.write(age) + " is below 1s, the least with 'measured'; raise it, or"
                                    + " remove 'measured'"));
        }
    }

    private void sources(String path, List<SourceBlock> blocks) {
        String addresses = path + ".addresses";
        findings.reportEmpty(addresses, blocks, "write [auto], or addresses of this host");
        findings.reportTwins(addresses, blocks);
        if (blocks.size() > 1 && blocks.contains(SourceBlock.AUTO)) {
            findings.report(addresses, "auto stands beside named addresses; write either [auto] or the addresses");
        }
    }

    private void names() {
        NamesSection names = configuration.names();
        findings.reportEmpty("names.servers", names.servers(), "write [auto], or addresses of DNS servers");
        findings.reportTwins("names.servers", names.servers());
        if (names.servers().size() > 1 && names.servers().contains(NameServer.AUTO)) {
            findings.report("names.servers", "auto stands beside named servers; write either [auto] or the servers");
        }
        if (names.minTtl().compareTo(names.maxTtl()) > 0) {
            findings.report(
                    "names.minTtl",
                    "it is longer than names.maxTtl (" + Durations.write(names.maxTtl())
                            + "); lower it, or raise the other");
        }
    }

    private void admin() {
        configuration.admin().ifPresent(admin -> {
            if (!admin.bind().getAddress().isLoopbackAddress() && !admin.allowRemote()) {
                findings.report(
                        "admin.bind",
                        "other hosts can reach " + Addresses.text(admin.bind().getAddress())
                                + ", and the endpoint has no password; bind to 127.0.0.1, or write allow-remote: true");
            }
        });
    }
}
