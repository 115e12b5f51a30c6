package dev.tidewait.app;

import dev.tidewait.app.configuration.AccessLogSection;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.LogPlace;
import dev.tidewait.app.configuration.TransportChoice;
import dev.tidewait.app.floor.MeasuredFloors;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.netty.PortsUnavailableException;
import dev.tidewait.netty.Transport;
import dev.tidewait.netty.UsablePorts;
import dev.tidewait.proxy.ListenFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a right configuration would do on this host. Immutable.
 *
 * @param servers every server of every upstream, resolved
 * @param ports what would be leased; empty if that is impossible, then a problem says why
 * @param problems why it would not start or not serve here
 * @param advice what is worth a word although it works
 */
record CheckReport(
        Configuration configuration,
        List<ResolvedServer> servers,
        Optional<UsablePorts> ports,
        List<String> problems,
        List<String> advice) {
    CheckReport {
        servers = List.copyOf(servers);
        problems = List.copyOf(problems);
        advice = List.copyOf(advice);
    }

    /** Asks the name service and the kernel; listens nowhere. */
    static CheckReport make(Configuration configuration) throws InterruptedException {
        List<String> problems = new ArrayList<>();
        List<ResolvedServer> servers = ResolvedServer.all(configuration);
        servers.forEach(server -> server.problem().ifPresent(problems::add));
        Optional<UsablePorts> ports = Optional.empty();
        try {
            ports = Optional.of(UsablePorts.look(SettingsMapping.ports(configuration, new MeasuredFloors())));
        } catch (PortsUnavailableException | UnusableSourceException | LinuxException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        List<String> advice = new ArrayList<>(ports.map(UsablePorts::advice).orElse(List.of()));
        for (ListenFailedException failed : ListenProbe.all(configuration)) {
            // As a rule by the instance whose new configuration is checked here; nginx -t passes over it, too.
            boolean passing = failed.reason() == ListenFailedException.Reason.IN_USE;
            (passing ? advice : problems).add(String.valueOf(failed.getMessage()));
        }
        transport(configuration.transport(), advice, problems);
        configuration.accessLog().flatMap(CheckReport::unwritable).ifPresent(advice::add);
        unusedUpstreams(configuration).forEach(advice::add);
        advice.addAll(AccessAdvice.of(configuration));
        MeasuredFloors.of(configuration, Instant.now()).forEach(measured -> advice.add(measured.text()));
        return new CheckReport(configuration, servers, ports, problems, advice);
    }

    private static void transport(TransportChoice choice, List<String> advice, List<String> problems) {
        switch (choice) {
            case AUTO -> unavailable(Transport.EPOLL).ifPresent(why -> advice.add("nio will be used: " + why));
            case EPOLL -> unavailable(Transport.EPOLL).ifPresent(problems::add);
            case IO_URING -> unavailable(Transport.IO_URING).ifPresent(problems::add);
            case NIO -> {}
        }
    }

    /** Advice only: a service may run as another user than who checks. */
    private static Optional<String> unwritable(AccessLogSection section) {
        if (!(section.file() instanceof LogPlace.File file)) {
            return Optional.empty();
        }
        Path path = file.path();
        Path parent = path.getParent();
        boolean writable = Files.exists(path)
                ? Files.isWritable(path) && !Files.isDirectory(path)
                : parent != null && Files.isWritable(parent);
        return writable
                ? Optional.empty()
                : Optional.of("accessLog.file: this user cannot write to " + path
                        + "; create its directory, and let the user that runs tidewait write there");
    }

    private static Optional<String> unavailable(Transport transport) {
        return Optional.of(transport.unavailability())
                .filter(why -> !why.isEmpty())
                .map(why -> "transport: " + transport.name().toLowerCase(Locale.ROOT) + " does not work here (" + why
                        + "); write transport: auto");
    }

    private static List<String> unusedUpstreams(Configuration configuration) {
        List<String> used = configuration.listeners().stream()
                .flatMap(listener -> listener.upstream().stream())
                .toList();
        return configuration.upstreams().keySet().stream()
                .filter(name -> !used.contains(name))
                .map(name -> "upstreams." + name
                        + " is used by no listener; remove it, or name it in a listener's 'upstream'")
                .toList();
    }
}
