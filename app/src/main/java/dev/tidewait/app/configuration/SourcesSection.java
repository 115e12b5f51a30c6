package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.util.List;

/** Where outgoing connections come from. Immutable. */
public record SourcesSection(
        @Setting(
                value = "Addresses or blocks of addresses of this host; auto = the one that the routing table gives for"
                        + " each destination.",
                whenAbsent = "[auto]")
        List<SourceBlock> addresses,

        @Setting(
                value = "Ports such as 1024-32767,61000-65535; auto = 1024-65535 less ip_local_port_range,"
                        + " ip_local_reserved_ports and the ports where something listens.",
                whenAbsent = "auto")
        PortChoice ports,

        @Setting(
                value =
                        "Destinations that may be in use at once, each with its own account of ports; one in use or cooling takes"
                                + " some memory. A connection to one more is refused.",
                whenAbsent = "100000",
                min = "1",
                max = "10000000")
        int destinations) {}
