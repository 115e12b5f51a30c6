package dev.tidewait.app;

import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.netty.PortsUnavailableException;
import dev.tidewait.netty.UsablePorts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a right configuration would do on this host. Immutable.
 *
 * @param servers every server of every upstream, resolved
 * @param ports what would be leased; empty if that is impossible, then a problem says why
 * @param problems why it would not start or not serve here
 */
record CheckReport(
        Configuration configuration, List<ResolvedServer> servers, Optional<UsablePorts> ports, List<String> problems) {
    CheckReport {
        servers = List.copyOf(servers);
        problems = List.copyOf(problems);
    }

    /** Asks the name service and the kernel; opens nothing. */
    static CheckReport make(Configuration configuration) throws InterruptedException {
        List<String> problems = new ArrayList<>();
        List<ResolvedServer> servers = ResolvedServer.all(configuration);
        servers.forEach(server -> server.problem().ifPresent(problems::add));
        Optional<UsablePorts> ports = Optional.empty();
        try {
            ports = Optional.of(UsablePorts.look(SettingsMapping.ports(configuration)));
        } catch (PortsUnavailableException | UnusableSourceException | LinuxException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return new CheckReport(configuration, servers, ports, problems);
    }

    /** What is worth a word although it works. */
    List<String> advice() {
        return ports.map(UsablePorts::advice).orElse(List.of());
    }
}
