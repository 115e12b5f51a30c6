package dev.tidewait.app;

import dev.tidewait.app.configuration.AccessSection;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.DestinationSection;
import dev.tidewait.app.configuration.LimitsSection;
import dev.tidewait.app.configuration.ListenerSection;
import dev.tidewait.app.configuration.NamesSection;
import dev.tidewait.app.configuration.TimeoutsSection;
import dev.tidewait.app.configuration.UpstreamSection;
import dev.tidewait.app.floor.MeasuredFloors;
import dev.tidewait.netty.PortSettings;
import dev.tidewait.netty.PortSettings.ForDestination;
import dev.tidewait.ports.Destination;
import dev.tidewait.proxy.DepartedRules;
import dev.tidewait.proxy.HttpProxyListenerSettings;
import dev.tidewait.proxy.ListenerSettings;
import dev.tidewait.proxy.ProxySettings;
import dev.tidewait.proxy.SocksListenerSettings;
import dev.tidewait.proxy.TcpListenerSettings;
import dev.tidewait.proxy.Timeouts;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.access.ClientLimits.Limits;
import dev.tidewait.proxy.access.Denials;
import dev.tidewait.proxy.access.UserRules;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.names.NameSettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Turns the configuration into the settings of the modules below. No state; asks this host for its addresses. */
final class SettingsMapping {
    private SettingsMapping() {}

    static ProxySettings proxy(Configuration configuration) {
        List<ListenerSettings> listeners = new ArrayList<>();
        for (ListenerSection listener : configuration.listeners()) {
            listeners.add(listener(listener, configuration));
        }
        AccessSection access = configuration.access();
        return new ProxySettings(
                listeners,
                timeouts(configuration.timeouts()),
                users(access),
                limits(access.limits()),
                names(configuration.names()),
                configuration.http().settings(),
                new DepartedRules(rules(access, access.connectPorts()), rules(access, access.socksPorts())));
    }

    /** Only the floors; asks nobody. */
    static PortSettings floors(Configuration configuration, MeasuredFloors measured) {
        List<ForDestination> destinations = configuration.destinations().stream()
                .map(destination -> new ForDestination(
                        matching(destination), measured.floors(configuration.timeWait(destination)), List.of()))
                .toList();
        PortSettings standard = PortSettings.DEFAULT;
        return new PortSettings(
                standard.ports(),
                standard.sources(),
                measured.floors(configuration.timeWait()),
                destinations,
                standard.dedicatedHost(),
                standard.mostDestinations(),
                standard.mostWaiting());
    }

    private static Predicate<Destination> matching(DestinationSection destination) {
        return candidate -> destination
                .match()
                .matches(new InetSocketAddress(candidate.address().toInetAddress(), candidate.port()));
    }

    /** @throws UnusableSourceException if this host does not have an address that is named */
    static PortSettings ports(Configuration configuration, MeasuredFloors measured) {
        List<ForDestination> destinations = new ArrayList<>();
        for (DestinationSection destination : configuration.destinations()) {
            destinations.add(new ForDestination(
                    matching(destination),
                    measured.floors(configuration.timeWait(destination)),
                    destination
                            .sources()
                            .map(sources -> SourceAddresses.expand(sources.addresses()))
                            .orElse(List.of())));
        }
        return new PortSettings(
                configuration.sources().ports().ports(),
                SourceAddresses.expand(configuration.sources().addresses()),
                measured.floors(configuration.timeWait()),
                destinations,
                configuration.dedicatedHost(),
                configuration.sources().destinations(),
                PortSettings.DEFAULT.mostWaiting());
    }

    private static ListenerSettings listener(ListenerSection listener, Configuration configuration) {
        AccessSection access = configuration.access();
        return switch (listener.type()) {
            case TCP -> {
                UpstreamSection upstream = Objects.requireNonNull(
                        configuration.upstreams().get(listener.upstream().orElseThrow()));
                yield new TcpListenerSettings(
                        listener.name(),
                        listener.bind(),
                        upstream.servers(),
                        access.allow().orElse(TcpListenerSettings.ANY_CLIENT));
            }
            case HTTP_PROXY ->
                new HttpProxyListenerSettings(listener.name(), listener.bind(), rules(access, access.connectPorts()));
            case SOCKS5 ->
                new SocksListenerSettings(listener.name(), listener.bind(), rules(access, access.socksPorts()));
        };
    }

    private static AccessRules rules(AccessSection access, List<PortRange> tunnelPorts) {
        Set<DestinationClass> denied = EnumSet.noneOf(DestinationClass.class);
        denied.addAll(access.denyDestinations());
        return new AccessRules(
                access.allow().orElse(AccessRules.LOOPBACK_CLIENTS),
                denied,
                access.allowDestinations(),
                tunnelPorts,
                access.httpPorts(),
                new Denials(
                        access.denyNames(),
                        access.denyAddresses(),
                        access.denyPorts(),
                        Set.copyOf(access.denyMethods())));
    }

    private static UserRules users(AccessSection access) {
        return access.users()
                .map(users -> new UserRules(Optional.of(users.file().passwords()), users.withoutPassword()))
                .orElse(UserRules.NONE);
    }

    private static Limits limits(LimitsSection limits) {
        return new Limits(
                limits.connections().orElse(Limits.NONE.connections()),
                limits.rate().orElse(Limits.NONE.perSecond()));
    }

    static NameSettings names(NamesSection names) {
        return new NameSettings(
                names.service(),
                names.servers().stream()
                        .flatMap(server -> server.address().stream())
                        .toList(),
                names.search(),
                names.cache(),
                names.minTtl(),
                names.maxTtl(),
                names.negativeTtl(),
                names.questions());
    }

    private static Timeouts timeouts(TimeoutsSection timeouts) {
        return new Timeouts(
                timeouts.connect(),
                timeouts.portWait(),
                timeouts.idle(),
                timeouts.halfClosed(),
                timeouts.drain(),
                timeouts.clientHeader(),
                timeouts.resolve(),
                timeouts.clientIdle(),
                timeouts.serverIdle(),
                timeouts.serverLifetime());
    }
}
