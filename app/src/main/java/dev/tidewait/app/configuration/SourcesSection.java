package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.util.List;

/** Where outgoing connections come from. Immutable. */
public record SourcesSection(
        @Setting(
                value = "Addresses or blocks of addresses of this host; auto = the one that the routing table gives for"
                        + " each destination.",
                whenAbsent = "[auto]",
                why =
                        "With auto a connection comes from where the host's other programs come from, which peers and firewalls expect."
                                + " Each further address is as many four-tuples again.",
                source = "Linux ip-route(8), ip route get; RFC 9293 section 3.4.1")
        List<SourceBlock> addresses,

        @Setting(
                value = "Ports such as 1024-32767,61000-65535; auto = 1024-65535 less ip_local_port_range,"
                        + " ip_local_reserved_ports and the ports where something listens.",
                whenAbsent = "auto",
                why =
                        "Ports that the kernel gives to other programs must stay theirs: one that is bound explicitly is passed over by"
                                + " every automatic connect(). Below 1024 ports belong to services. With Linux' own range auto is 36,000 ports; a"
                                + " narrower range (64000 65535) leaves 62,976.",
                source = "docs/decisions/003-explicit-ports.md; Linux Documentation/networking/ip-sysctl.rst")
        PortChoice ports,

        @Setting(
                value =
                        "Destinations that may be in use at once, each with its own account of ports; one in use or cooling takes"
                                + " some memory. A connection to one more is refused.",
                whenAbsent = "100000",
                min = "1",
                max = "10000000",
                unit = "destinations",
                why =
                        "Clients choose the destinations, so their number needs a bound; one goes from the books when nothing of it "
                                + "cools any more.",
                source = "CWE-770 (allocation of resources without limits)")
        int destinations) {}
