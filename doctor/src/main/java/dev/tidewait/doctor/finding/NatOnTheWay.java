package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.plan.Preset;
import dev.tidewait.ports.IpAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Many connections from a private address to a public one: a NAT that is not seen from here stands between, and its ports may be fewer. */
final class NatOnTheWay implements Check {
    /** Beyond the smallest documented share of one host, except the 64 ports that one gateway gives a machine by default (see {@link Preset}). */
    private static final int ENOUGH = 1_024;

    @Override
    public Explanation explanation() {
        return new Explanation(
                "nat-on-the-way",
                "Connections from a private address (RFC 1918, RFC 6598, fc00::/7) to a public one: some NAT on the way translates them, and its limits do"
                        + " not show on this host.",
                "connections to one destination, closed ones too",
                "a NAT gateway has 64 to 64,512 ports for this host, and keeps one for 30 to 240 s after the close",
                "When the gateway has no port left, the SYN meets silence: connects time out while this host has ports left. A shorter TIME_WAIT here does not"
                        + " help, because the gateway keeps a port for its own time.",
                "RFC 6888; the documents named by `tidewait plan --preset list`");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        Optional<DestinationUse> most = census.destinations().stream()
                .filter(use ->
                        isPrivate(use.source()) && isPublic(use.destination().address()))
                .max(Comparator.comparingInt(use -> use.counts().total()));
        if (most.isEmpty()) {
            return explanation().fine("No connection leads from a private address to a public one");
        }
        DestinationUse use = most.get();
        if (use.counts().total() < ENOUGH) {
            return explanation()
                    .fine("Few connections pass a NAT on the way ("
                            + Figures.count(use.counts().total()) + " from " + Pressure.way(use) + ")");
        }
        List<String> evidence = new ArrayList<>();
        evidence.add(Figures.count(use.counts().total(), "connection", "connections") + ", of which "
                + Figures.count(use.counts().timeWait()) + " in TIME_WAIT; "
                + Figures.count(census.outgoing().synSent()) + " connects of this host wait for an answer");
        use.newPerSecond().ifPresent(rate -> evidence.add(Figures.rate(rate) + " new connections"));
        Arrays.stream(Preset.values())
                .filter(preset -> preset.kind() == Preset.Kind.NAT
                        && preset.portCount() <= use.counts().total())
                .forEach(preset -> evidence.add("more than the " + Figures.count(preset.portCount()) + " ports of "
                        + preset.title() + " (plan --preset " + preset.word() + ")"));
        return explanation()
                .found(
                        Severity.NOTE,
                        "A NAT on the way from " + Pressure.way(use) + " may have fewer ports than this host",
                        evidence,
                        Fix.byHand(
                                "Look up the gateway's ports and times (`tidewait plan --preset list` has the usual ones), and whether it counts what it"
                                        + " refuses. Nothing, if there is no NAT but a proxy, or if it has ports enough.",
                                "More ports for this host, more addresses of the gateway, keep-alive, or a way around it.",
                                "None by itself."));
    }

    static boolean isPrivate(IpAddress address) {
        byte[] bytes = address.toInetAddress().getAddress();
        if (bytes.length == 16) {
            return (bytes[0] & 0xfe) == 0xfc;
        }
        int second = bytes[1] & 0xff;
        return switch (bytes[0] & 0xff) {
            case 10 -> true;
            case 100 -> second >= 64 && second < 128;
            case 172 -> second >= 16 && second < 32;
            case 192 -> second == 168;
            default -> false;
        };
    }

    private static boolean isPublic(IpAddress address) {
        InetAddress ip = address.toInetAddress();
        return !isPrivate(address) && !ip.isLoopbackAddress() && !ip.isLinkLocalAddress() && !ip.isAnyLocalAddress();
    }
}
