package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
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
                value = "Ports that a SOCKS5 request may ask for: 443 or 8000-8099.",
                key = "socks-ports",
                whenAbsent = "[80, 443]")
        List<PortRange> socksPorts) {}
