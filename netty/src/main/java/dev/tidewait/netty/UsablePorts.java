package dev.tidewait.netty;

import dev.tidewait.linux.Listeners;
import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortRange;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.Sysctl;
import dev.tidewait.ports.PortSet;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports that may be leased in this network namespace. Immutable.
 *
 * @param ports the set
 * @param advice what is worth saying about it, one sentence each; empty if all is well
 */
public record UsablePorts(PortSet ports, List<String> advice) {
    /** Fewer are worth a word. */
    private static final int FEW = 16_384;

    public UsablePorts {
        advice = List.copyOf(advice);
    }

    /**
     * What {@link OutgoingPorts#open} would use at this moment; takes nothing.
     *
     * @throws PortsUnavailableException if named ports overlap those that the kernel gives to others, or none are left
     */
    public static UsablePorts look(PortSettings settings) {
        return look(settings, SettingNames.FILE);
    }

    /**
     * The same for somebody who is not told of by the configuration file.
     *
     * @throws PortsUnavailableException as above
     */
    public static UsablePorts look(PortSettings settings, SettingNames names) {
        try (SocketDiag diag = SocketDiag.open()) {
            return find(settings, toPortSet(Listeners.census(diag)), names);
        }
    }

    /**
     * Decides by the settings and the kernel's own.
     *
     * @param listening ports that somebody listens on now
     * @param names what messages call the settings
     * @throws PortsUnavailableException if named ports overlap those that the kernel gives to others, or none are left
     */
    static UsablePorts find(PortSettings settings, PortSet listening, SettingNames names) {
        PortRange range = Sysctl.ipLocalPortRange();
        PortSet automatic = PortSet.range(Math.max(1, range.lowest()), range.highest());
        PortSet reserved = toPortSet(Sysctl.ipLocalReservedPorts());
        PortSet givenToOthers = automatic.minus(reserved);
        List<String> advice = new ArrayList<>();
        PortSet ports = settings.ports()
                .orElseGet(() -> settings.dedicatedHost()
                        ? PortSet.range(1_024, 65_535).minus(reserved)
                        : PortSet.range(1_024, 65_535).minus(automatic).minus(reserved));
        PortSet overlap = ports.and(givenToOthers);
        if (!overlap.isEmpty() && !settings.dedicatedHost()) {
            throw new PortsUnavailableException("ports " + overlap + " are also given to other programs by the kernel "
                    + "(net.ipv4.ip_local_port_range = " + range.lowest() + " " + range.highest()
                    + "): while we use one, no other program's connect() can. Name other ports, or narrow the range (sysctl -w "
                    + "net.ipv4.ip_local_port_range=\"64000 65535\"), or reserve them (net.ipv4.ip_local_reserved_ports)"
                    + (names.dedicatedHost().isEmpty()
                            ? ""
                            : ", or, if nothing else on this host opens connections, " + names.dedicatedHost()));
        }
        PortSet usable = ports.minus(listening);
        if (usable.isEmpty()) {
            throw new PortsUnavailableException("no port is left to connect from: of " + ports + " all are listening. "
                    + "Name other ports with " + names.ports());
        }
        if (usable.size() < FEW) {
            advice.add("only " + usable.size() + " ports are usable; narrow the kernel's range (sysctl -w "
                    + "net.ipv4.ip_local_port_range=\"64000 65535\" leaves 62976), or reserve a block "
                    + "(net.ipv4.ip_local_reserved_ports) and name it with " + names.ports());
        }
        // Listening ports stay in the set: a port whose service ends can be used again; until then it is blocked.
        return new UsablePorts(ports, advice);
    }

    static PortSet toPortSet(PortBits bits) {
        return PortSet.of(bits.toBitSet());
    }
}
