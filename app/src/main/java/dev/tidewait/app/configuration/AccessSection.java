package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import dev.tidewait.proxy.access.NamePattern;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.PortRange;
import java.util.List;
import java.util.Optional;

/** Who may connect, and to where. Immutable. */
public record AccessSection(
        @Setting(
                value =
                        "Addresses of clients that may connect, such as [10.0.0.0/8]. Without this key: this host only for"
                                + " types http-proxy and socks5, everybody who reaches the listener for type tcp.",
                otherwise =
                        "this host only for types http-proxy and socks5, everybody who reaches the listener for type tcp",
                why =
                        "An open proxy is soon found, and used to attack others in its owner's name. A tcp listener leads to one group "
                                + "of servers only.",
                source = "docs/decisions/023-access.md")
        Optional<List<Cidr>> allow,

        @Setting(
                value =
                        "Who must give a user name and a password to listeners of types http-proxy and socks5. Without this key:"
                                + " nobody.",
                otherwise = "nobody",
                why = "Where many hosts share an address the address does not say who asks.",
                source = "docs/decisions/023-access.md; RFC 7617, RFC 1929")
        Optional<UsersSection> users,

        @Setting(
                value = "How many connections one client may have, at all listeners together.",
                whenAbsent = "{}",
                why =
                        "One client that opens connections without end would take descriptors and ports away from all others.",
                source = "docs/decisions/023-access.md")
        LimitsSection limits,

        @Setting(
                value =
                        "Names that nobody may ask for: www.example.com is that name alone, .example.com also every name below it."
                                + " A name is denied as it is written, not its addresses.",
                key = "deny-names",
                whenAbsent = "[]",
                why =
                        "Some names are wanted by nobody who may use the proxy. Whoever must be sure denies addresses: another name may"
                                + " lead to the same place.",
                source = "docs/decisions/023-access.md")
        List<NamePattern> denyNames,

        @Setting(
                value =
                        "Addresses that nobody is connected to, whatever name leads there; 'allow-destinations' does not help.",
                key = "deny-addresses",
                whenAbsent = "[]",
                why =
                        "The address is the last word: it is looked at after all names are resolved, just before connecting, so no "
                                + "spelling and no name gets around it.",
                source = "docs/decisions/023-access.md")
        List<Cidr> denyAddresses,

        @Setting(
                value = "Ports that nobody is connected to, although one of the lists of ports has them.",
                key = "deny-ports",
                whenAbsent = "[]",
                why = "A few ports out of a long range are easier to take out than the range is to split.",
                source = "docs/decisions/023-access.md: within a step deny wins")
        List<PortRange> denyPorts,

        @Setting(
                value =
                        "Methods of HTTP that nobody may use in any spelling, such as [TRACE]. CONNECT stands for every tunnel that is"
                                + " asked for as one, also by SOCKS5; a request that the server answers with 101 (WebSocket) counts by its"
                                + " own method.",
                key = "deny-methods",
                whenAbsent = "[]",
                why =
                        "Methods are case-sensitive, but some servers take 'trace' for TRACE: a rule that knew one spelling only would "
                                + "not hold.",
                source = "docs/decisions/023-access.md; RFC 9110 section 9.1")
        List<String> denyMethods,

        @Setting(
                value = "Kinds of addresses that types http-proxy and socks5 do not connect to; [] = none.",
                key = "deny-destinations",
                whenAbsent = "[loopback, link-local, unspecified, multicast, own]",
                why =
                        "What listens on this host's loopback, or is reached only on its link (cloud metadata at 169.254.169.254), "
                                + "trusts whoever can reach it. Through a proxy everybody can.",
                source = "docs/decisions/023-access.md; RFC 6890")
        List<DestinationClass> denyDestinations,

        @Setting(
                value = "Addresses that types http-proxy and socks5 may connect to although their kind is denied.",
                key = "allow-destinations",
                whenAbsent = "[]",
                why = "An exception for a known address is safer than to permit its whole kind.",
                source = "docs/decisions/023-access.md")
        List<Cidr> allowDestinations,

        @Setting(
                value = "Ports that CONNECT may ask for: 443 or 8000-8099.",
                key = "connect-ports",
                whenAbsent = "[443]",
                why = "A tunnel carries anything, mail to port 25 too; 443 is what browsers need.",
                source = "RFC 9110 section 9.3.6 (limit CONNECT to a set of known ports); docs/decisions/023-access.md")
        List<PortRange> connectPorts,

        @Setting(
                value = "Ports that requests for http:// may go to: 80 or 8000-8099.",
                key = "http-ports",
                whenAbsent = "[80, 1024-65535]",
                why =
                        "Below 1024, 80 apart, live protocols that take lines of an HTTP request for commands of their own; above, "
                                + "anybody may listen.",
                source = "docs/decisions/023-access.md")
        List<PortRange> httpPorts,

        @Setting(
                value = "Ports that a SOCKS5 request may ask for: 443 or 8000-8099.",
                key = "socks-ports",
                whenAbsent = "[80, 443]",
                why =
                        "A SOCKS connection is a tunnel as CONNECT is; 80 is there because programs speak HTTP over SOCKS.",
                source = "RFC 1928; docs/decisions/023-access.md")
        List<PortRange> socksPorts) {}
