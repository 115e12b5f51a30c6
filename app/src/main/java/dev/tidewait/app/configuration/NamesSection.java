package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import dev.tidewait.proxy.names.NameService;
import java.time.Duration;
import java.util.List;

/** How the names of servers become addresses. Immutable. */
public record NamesSection(
        @Setting(
                value =
                        "dns = ask the servers below; system = ask the C library, which follows /etc/nsswitch.conf (mDNS, LDAP)"
                                + " and holds a thread for each question. /etc/hosts comes before either.",
                whenAbsent = "dns")
        NameService service,

        @Setting(
                value = "DNS servers such as 192.0.2.53 or [2001:db8::53]:5353; auto = those of /etc/resolv.conf.",
                whenAbsent = "[auto]")
        List<NameServer> servers,

        @Setting(
                value =
                        "true: a name without a dot is looked for in the search domains of /etc/resolv.conf too. Rules on names"
                                + " see the name without the domain. Names with a dot are never completed.",
                whenAbsent = "false")
        boolean search,

        @Setting(value = "Names to remember; 0 = none.", whenAbsent = "10000", max = "1000000")
        int cache,

        @Setting(value = "Addresses are remembered at least this long.", whenAbsent = "0s", max = "24h")
        Duration minTtl,

        @Setting(value = "Addresses are remembered at most this long.", whenAbsent = "5m", max = "24h")
        Duration maxTtl,

        @Setting(
                value = "How long it is remembered that a name has no address, or that no server could say.",
                whenAbsent = "5s",
                max = "5m")
        Duration negativeTtl,

        @Setting(
                value =
                        "Names that may be asked for at the same time; one more is answered with 503. Each takes up to two sockets.",
                whenAbsent = "1024",
                min = "1",
                max = "65536")
        int questions) {}
