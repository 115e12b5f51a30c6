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
                whenAbsent = "dns",
                why =
                        "The C library holds a thread for each question as long as the server takes: sixteen of them and one dead "
                                + "server stop everybody's names.",
                source = "docs/decisions/022-names.md")
        NameService service,

        @Setting(
                value = "DNS servers such as 192.0.2.53 or [2001:db8::53]:5353; auto = those of /etc/resolv.conf.",
                whenAbsent = "[auto]",
                why =
                        "What this host uses is what its administrator has chosen; it is looked at every 5 s, so a change needs no "
                                + "reload.",
                source = "docs/decisions/022-names.md; resolv.conf(5)")
        List<NameServer> servers,

        @Setting(
                value =
                        "true: a name without a dot is looked for in the search domains of /etc/resolv.conf too. Rules on names"
                                + " see the name without the domain. Names with a dot are never completed.",
                whenAbsent = "false",
                why =
                        "With search domains a client's 'intranet' becomes 'intranet.corp.example' behind the back of a rule that "
                                + "denies '.corp.example'.",
                source = "docs/decisions/022-names.md")
        boolean search,

        @Setting(
                value = "Names to remember; 0 = none.",
                whenAbsent = "10000",
                max = "1000000",
                unit = "names",
                why =
                        "A bound, because clients choose the names: without one they could fill the memory. The name not asked for "
                                + "longest goes first.",
                source = "docs/decisions/022-names.md")
        int cache,

        @Setting(
                value = "Addresses are remembered at least this long.",
                whenAbsent = "0s",
                max = "24h",
                why =
                        "0s keeps what the name's owner says; more spares questions where an owner says 0 or 1 s, and holds on to "
                                + "addresses that may have changed.",
                source = "RFC 1035 section 3.2.1 (TTL); docs/decisions/022-names.md")
        Duration minTtl,

        @Setting(
                value = "Addresses are remembered at most this long.",
                whenAbsent = "5m",
                max = "24h",
                why =
                        "A forward proxy lives for months; five minutes bound how long it goes on connecting to where a name no longer "
                                + "leads.",
                source = "RFC 8767 section 4 (a TTL may be capped); docs/decisions/022-names.md")
        Duration maxTtl,

        @Setting(
                value = "How long it is remembered that a name has no address, or that no server could say.",
                whenAbsent = "5s",
                max = "5m",
                why =
                        "Long enough that a page with a hundred broken links asks once, short enough that a name just made works at the"
                                + " next try.",
                source = "RFC 2308 section 5; docs/decisions/022-names.md")
        Duration negativeTtl,

        @Setting(
                value =
                        "Names that may be asked for at the same time; one more is answered with 503. Each takes up to two sockets.",
                whenAbsent = "1024",
                min = "1",
                max = "65536",
                unit = "questions at a time",
                why =
                        "Each has a socket, and so a port, of its own, because an answer that is to be forged must then guess that too;"
                                + " without a bound a silent server would take all descriptors.",
                source = "docs/decisions/022-names.md; RFC 5452 section 9")
        int questions) {}
