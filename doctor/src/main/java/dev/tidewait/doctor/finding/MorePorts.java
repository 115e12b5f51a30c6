package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.ListeningPort;
import dev.tidewait.doctor.host.PortFacts;
import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortRange;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** How to give connect() more ports. Pure functions; any thread. */
final class MorePorts {
    static final String RANGE = "net.ipv4.ip_local_port_range";
    static final String RESERVED = "net.ipv4.ip_local_reserved_ports";

    /** The kernel's default: 28,232 ports. */
    static final PortRange DEFAULT = new PortRange(32_768, 60_999);

    /** All that an ordinary program may have: 64,512 ports. */
    static final PortRange WIDEST = new PortRange(1_024, 65_535);

    private MorePorts() {}

    /** The facts as they would be with another range. */
    static PortFacts with(PortFacts ports, PortRange range) {
        return new PortFacts(range, ports.reserved(), ports.listening(), ports.ofTidewait());
    }

    /** Sets the range, and reserves first what TCP services listen on inside it. */
    static Fix widen(HostFacts facts, PortRange range) {
        PortFacts wider = with(facts.ports(), range);
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        if (!wider.listeningInside().isEmpty()) {
            settings.put(RESERVED, reserving(wider).toString());
        }
        settings.put(RANGE, value(range));
        return SysctlFix.set(
                facts,
                settings,
                "connect() chooses from " + Figures.count(wider.usableCount()) + " ports instead of "
                        + Figures.count(facts.ports().usableCount()) + ", for IPv4 and IPv6.",
                "A service that is not running now and listens on a port of the new range may not get it at its next start, and ports of UDP services and of"
                        + " Kubernetes NodePorts (30000-32767) are not looked at: add them to " + RESERVED + " first.");
    }

    /** What is reserved already, and the ports on which services listen inside the range. */
    static PortBits reserving(PortFacts ports) {
        BitSet reserved = ports.reserved().toBitSet();
        ports.listeningInside().stream().mapToInt(ListeningPort::port).forEach(reserved::set);
        return PortBits.copyOf(reserved);
    }

    /** The kernel's notation. */
    static String value(PortRange range) {
        return range.lowest() + " " + range.highest();
    }
}
