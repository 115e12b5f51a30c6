package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import dev.tidewait.ports.Floors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Everything that a configuration file can say. Immutable.
 *
 * @param threads empty = one event loop per processor
 * @param admin empty = off
 * @param accessLog empty = off
 */
public record Configuration(
        @Setting(
                value =
                        "Where clients connect to. Without this key: an HTTP proxy on 127.0.0.1:3128 and SOCKS5 on 127.0.0.1:1080.",
                whenAbsent = "[{ name: proxy, type: http-proxy, bind: 127.0.0.1:3128 },"
                        + " { name: socks, type: socks5, bind: 127.0.0.1:1080 }]")
        List<ListenerSection> listeners,

        @Setting(value = "Addresses and ports that outgoing connections are made from.", whenAbsent = "{}")
        SourcesSection sources,

        @Setting(value = "How long a closed connection's addresses and ports are kept from reuse.", whenAbsent = "{}")
        TimeWaitSection timeWait,

        @Setting(
                value = "Destinations that differ from 'timeWait' and 'sources'. The first one that matches counts.",
                whenAbsent = "[]")
        List<DestinationSection> destinations,

        @Setting(value = "Groups of servers, by name, that listeners of type tcp relay to.", whenAbsent = "{}")
        Map<String, UpstreamSection> upstreams,

        @Setting(value = "Who may connect, and to where.", whenAbsent = "{}")
        AccessSection access,

        @Setting(value = "How long each part of a connection's way may take.", whenAbsent = "{}")
        TimeoutsSection timeouts,

        @Setting(value = "How the names of servers become addresses.", whenAbsent = "{}")
        NamesSection names,

        @Setting(value = "How listeners of type http-proxy pass requests on.", whenAbsent = "{}")
        HttpSection http,

        @Setting(
                value = "The endpoint for health, metrics and the state of the ports; 'off' for none.",
                whenAbsent = "{}",
                mayBeOff = true)
        Optional<AdminSection> admin,

        @Setting(
                value =
                        "One line for each tunnel and each HTTP request, such as { file: /var/log/tidewait/access.log }.",
                whenAbsent = "off",
                mayBeOff = true)
        Optional<AccessLogSection> accessLog,

        @Setting(value = "Event loops; auto = one for each processor.", whenAbsent = "auto", min = "1", max = "1024")
        OptionalInt threads,

        @Setting(
                value =
                        "The way to the kernel; auto = epoll where it works, else nio. With nio the kernel's facts about a"
                                + " connection are not known, so every port rests for timeWait.floor.unknown. io_uring is for"
                                + " trying it: under load a tunnel may stand still once one direction has ended.",
                whenAbsent = "auto")
        TransportChoice transport,

        @Setting(
                value =
                        "true: this host runs nothing else that connects, so ports inside ip_local_port_range may be used.",
                whenAbsent = "false")
        boolean dedicatedHost) {

    /** This configuration as far as it can apply without a new start; the rest is as in the running one. */
    public Configuration within(Configuration running) {
        List<DestinationSection> withOldSources = destinations.stream()
                .map(destination -> destination.withSources(running.destinations.stream()
                        .filter(old -> old.match().equals(destination.match()))
                        .findFirst()
                        .flatMap(DestinationSection::sources)))
                .toList();
        return new Configuration(
                listeners,
                running.sources,
                timeWait,
                withOldSources,
                upstreams,
                access,
                timeouts,
                names,
                http,
                running.admin,
                accessLog,
                running.threads,
                running.transport,
                running.dedicatedHost);
    }

    /** The rule's settings where no entry of {@link #destinations()} says otherwise. */
    public Floors floors() {
        return timeWait.floors();
    }

    /** The rule's settings for an entry of {@link #destinations()}. */
    public Floors floors(DestinationSection destination) {
        return destination.timeWait().over(timeWait).floors();
    }
}
