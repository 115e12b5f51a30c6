package dev.tidewait.doctor.host;

import dev.tidewait.linux.AdminName;
import dev.tidewait.linux.PortBits;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Tidewait programs that run in this network namespace, as far as the names of their abstract unix sockets tell: every user sees these, and no
 * configuration is needed. Immutable.
 *
 * @param ports in whole blocks of 1,024, see {@code dev.tidewait.linux.PortBlockLock}
 * @param admins where they say that they can be asked, see {@link AdminName}; whoever may make a socket here can say so. Each once; in place of a
 *     wildcard address the one of loopback
 * @param hasMore there are more such names than are taken
 * @param holders the inode of the socket that holds each block, by the block's first port
 */
public record TidewaitPrograms(
        PortBits ports, List<InetSocketAddress> admins, boolean hasMore, Map<Integer, Integer> holders) {
    /** Each has ports of its own, in blocks of 1,024: more than so many are not to be expected. */
    public static final int MOST_ADMINS = 16;

    /** Nobody. */
    public static final TidewaitPrograms NONE = new TidewaitPrograms(PortBits.NONE, List.of(), false, Map.of());

    /** The name is the last column of its line. */
    private static final Pattern ADMIN =
            Pattern.compile("(?m) @" + AdminName.PREFIX + "(?:\\[([0-9a-fA-F:.]{2,45})]|([0-9.]{7,15})):(\\d{1,5})$");

    public TidewaitPrograms {
        admins = List.copyOf(admins);
        holders = Map.copyOf(holders);
    }

    /** Those of the calling thread's network namespace; none if /proc cannot be read, which {@link HostFacts} tells. */
    public static TidewaitPrograms read(Roots roots) {
        ProcText text = new ProcText(roots);
        String sockets = TidewaitPorts.sockets(text);
        Set<InetSocketAddress> admins = admins(sockets);
        return new TidewaitPrograms(
                TidewaitPorts.in(sockets),
                admins.stream().limit(MOST_ADMINS).toList(),
                admins.size() > MOST_ADMINS,
                TidewaitPorts.holders(sockets));
    }

    /** The same, but asked is only who has an endpoint at this port. */
    public TidewaitPrograms askedAt(int port) {
        List<InetSocketAddress> there =
                admins.stream().filter(admin -> admin.getPort() == port).toList();
        return new TidewaitPrograms(ports, there, hasMore, holders);
    }

    /** One more than is taken, if there are so many. */
    private static Set<InetSocketAddress> admins(String sockets) {
        Set<InetSocketAddress> admins = new LinkedHashSet<>();
        Matcher admin = ADMIN.matcher(sockets);
        while (admin.find() && admins.size() <= MOST_ADMINS) {
            String host = admin.group(1) == null ? admin.group(2) : admin.group(1);
            int port = Integer.parseInt(admin.group(3));
            try {
                admins.add(new InetSocketAddress(reachable(InetAddress.ofLiteral(host)), port));
            } catch (IllegalArgumentException e) {
                // somebody else's name, which only looks like one of ours
            }
        }
        return admins;
    }

    private static InetAddress reachable(InetAddress address) {
        if (!address.isAnyLocalAddress()) {
            return address;
        }
        return InetAddress.ofLiteral(address instanceof Inet4Address ? "127.0.0.1" : "::1");
    }
}
