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
                                + " types http-proxy and socks5, everybody who reaches the listener for type tcp.")
        Optional<List<Cidr>> allow,

        @Setting(
                "Who must give a user name and a password to listeners of types http-proxy and socks5. Without this key:"
                        + " nobody.")
        Optional<UsersSection> users,

        @Setting(value = "How many connections one client may have, at all listeners together.", whenAbsent = "{}")
        LimitsSection limits,

        @Setting(
                value =
                        "Names that nobody may ask for: www.example.com is that name alone, .example.com also every name below it."
                                + " A name is denied as it is written, not its addresses.",
                key = "deny-names",
                whenAbsent = "[]")
        List<NamePattern> denyNames,

        @Setting(
                value =
                        "Addresses that nobody is connected to, whatever name leads there; 'allow-destinations' does not help.",
                key = "deny-addresses",
                whenAbsent = "[]")
        List<Cidr> denyAddresses,

        @Setting(
                value = "Ports that nobody is connected to, although one of the lists of ports has them.",
                key = "deny-ports",
                whenAbsent = "[]")
        List<PortRange> denyPorts,

        @Setting(
                value =
                        "Methods of HTTP that nobody may use in any spelling, such as [TRACE]. CONNECT stands for every tunnel that is"
                                + " asked for as one, also by SOCKS5; a request that the server answers with 101 (WebSocket) counts by its"
                                + " own method.",
                key = "deny-methods",
                whenAbsent = "[]")
        List<String> denyMethods,

        @Setting(
                value = "Kinds of addresses that types http-proxy and socks5 do not connect to; [] = none.",
                key = "deny-destinations",
                whenAbsent = "[loopback, link-local, unspecified, multicast, own]")
        List<DestinationClass> denyDestinations,

        @Setting(
                value = "Addresses that types http-proxy and socks5 may connect to although their kind is denied.",
                key = "allow-destinations",
                whenAbsent = "[]")
        List<Cidr> allowDestinations,

        @Setting(
                value = "Ports that CONNECT may ask for: 443 or 8000-8099.",
                key = "connect-ports",
                whenAbsent = "[443]")
        List<PortRange> connectPorts,

        @Setting(
                value = "Ports that requests for http:// may go to: 80 or 8000-8099.",
                key = "http-ports",
                whenAbsent = "[80, 1024-65535]")
        List<PortRange> httpPorts,

        @Setting(
                value = "Ports that a SOCKS5 request may ask for: 443 or 8000-8099.",
                key = "socks-ports",
                whenAbsent = "[80, 443]")
        List<PortRange> socksPorts) {}
