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
                        + " { name: socks, type: socks5, bind: 127.0.0.1:1080 }]",
                why =
                        "A proxy that only this host can reach is a safe beginning; whoever serves others writes the address down, and "
                                + "who they are under 'access'.",
                source = "docs/decisions/023-access.md; 3128 is Squid's port, 1080 the one that IANA has for SOCKS")
        List<ListenerSection> listeners,

        @Setting(
                value = "Addresses and ports that outgoing connections are made from.",
                whenAbsent = "{}",
                why =
                        "Each connection to a destination needs a four-tuple of its own, so addresses times ports are all that one "
                                + "destination can have at a time.",
                source =
                        "RFC 9293 section 3.4.1 (a connection is a pair of sockets); docs/decisions/003-explicit-ports.md")
        SourcesSection sources,

        @Setting(
                value = "How long a closed connection's addresses and ports are kept from reuse.",
                whenAbsent = "{}",
                why =
                        "A segment that is late must not reach the next connection on the same four-tuple. How long that takes depends "
                                + "on how the connection ended; the kernel's 60 s for all of them is what ports run out by.",
                source = "RFC 9293 section 3.6.1; docs/safety.md")
        TimeWaitSection timeWait,

        @Setting(
                value = "Destinations that differ from 'timeWait' and 'sources'. The first one that matches counts.",
                whenAbsent = "[]",
                why =
                        "What is known of some peers, that they run Linux or are reached from an address of their own, need not hold "
                                + "for all.",
                source = "docs/decisions/024-reload.md says which of it a reload can change")
        List<DestinationSection> destinations,

        @Setting(
                value = "Groups of servers, by name, that listeners of type tcp relay to.",
                whenAbsent = "{}",
                why = "A listener of type tcp is told no destination by its clients, so it must be written here.",
                source = "docs/timeouts.md says how the next server is tried")
        Map<String, UpstreamSection> upstreams,

        @Setting(
                value = "Who may connect, and to where.",
                whenAbsent = "{}",
                why =
                        "A proxy lends its addresses to whoever may use it, and reaches what they cannot: what is not meant to be used "
                                + "so is closed unless it is opened here.",
                source = "docs/decisions/023-access.md")
        AccessSection access,

        @Setting(
                value = "How long each part of a connection's way may take.",
                whenAbsent = "{}",
                why =
                        "Nothing that a client or a server can do, or leave undone, may hold a connection or a port for ever.",
                source = "docs/timeouts.md")
        TimeoutsSection timeouts,

        @Setting(
                value = "How the names of servers become addresses.",
                whenAbsent = "{}",
                why =
                        "The addresses that a name has decide where connections go, and whether the rules of access let them; a slow "
                                + "name server must hold up nobody who asks for another name.",
                source = "docs/decisions/022-names.md")
        NamesSection names,

        @Setting(
                value = "How listeners of type http-proxy pass requests on.",
                whenAbsent = "{}",
                why =
                        "A connection that serves the next request too needs no port; who closes one that is not kept decides how long "
                                + "its port rests.",
                source = "docs/http-proxy.md; RFC 9112 section 9.3")
        HttpSection http,

        @Setting(
                value = "The endpoint for health, metrics and the state of the ports; 'off' for none.",
                whenAbsent = "{}",
                mayBeOff = true,
                why =
                        "Whoever can read it sees where clients go, and may ask for a reload; there is no password, so it is for this "
                                + "host. 'tidewait doctor' asks it for the ledgers.",
                source = "docs/decisions/029-the-doctor-asks-the-ledgers.md")
        Optional<AdminSection> admin,

        @Setting(
                value =
                        "One line for each tunnel and each HTTP request, such as { file: /var/log/tidewait/access.log }.",
                whenAbsent = "off",
                mayBeOff = true,
                why = "Who went where is personal data: whoever runs a proxy should decide to keep it.",
                source = "docs/access-log.md")
        Optional<AccessLogSection> accessLog,

        @Setting(
                value = "Event loops; auto = one for each processor.",
                whenAbsent = "auto",
                min = "1",
                max = "1024",
                unit = "event loops",
                why =
                        "An event loop never waits, so one for each processor is as much as they can do; more only change places with "
                                + "each other.",
                source =
                        "docs/decisions/010-stripes-have-locks.md, docs/decisions/027-clients-go-to-the-emptier-loop.md")
        OptionalInt threads,

        @Setting(
                value =
                        "The way to the kernel; auto = epoll where it works, else nio. With nio the kernel's facts about a"
                                + " connection are not known, so every port rests for timeWait.floor.unknown. io_uring is for"
                                + " trying it: under load a tunnel may stand still once one direction has ended.",
                whenAbsent = "auto",
                why =
                        "Only a native transport can read TCP_INFO, which tells how a connection ended and so how long its port must "
                                + "rest; epoll is the one that has proven itself.",
                source = "docs/decisions/030-tcp-channels-of-our-own.md; tcp(7), TCP_INFO")
        TransportChoice transport,

        @Setting(
                value =
                        "true: this host runs nothing else that connects, so ports inside ip_local_port_range may be used.",
                whenAbsent = "false",
                why =
                        "A port that was bound explicitly is passed over by every connect() that leaves the choice to the kernel, so "
                                + "ports inside its range are taken away from all other programs of the host.",
                source = "docs/decisions/003-explicit-ports.md; Linux __inet_hash_connect()")
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
        return timeWait(destination).floors();
    }

    /** What applies to an entry of {@link #destinations()}. */
    public TimeWaitSection timeWait(DestinationSection destination) {
        return destination.timeWait().over(timeWait);
    }
}
