package dev.tidewait.doctor.host;

import dev.tidewait.linux.AdminName;
import dev.tidewait.linux.PortBits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Tidewait programs that run in this network namespace, as far as the names of their abstract unix sockets tell: every user sees these, and no
 * configuration is needed. Immutable.
 *
 * @param ports in whole blocks of 1,024, see {@code dev.tidewait.linux.PortBlockLock}
 * @param admins where they say that they can be asked, see {@link AdminName}; whoever may make a socket here can say so
 */
public record TidewaitPrograms(PortBits ports, List<InetSocketAddress> admins) {
    /** Each has ports of its own, in blocks of 1,024: more than so many are not to be expected. */
    private static final int MOST_ADMINS = 16;

    private static final Pattern ADMIN =
            Pattern.compile("@" + AdminName.PREFIX + "(?:\\[([0-9a-fA-F:.]{2,45})]|([0-9.]{7,15})):(\\d{1,5})");

    public TidewaitPrograms {
        admins = List.copyOf(admins);
    }

    /** Those of the calling thread's network namespace; none if /proc cannot be read, which {@link HostFacts} tells. */
    public static TidewaitPrograms read(Roots roots) {
        ProcText text = new ProcText(roots);
        String sockets = TidewaitPorts.sockets(text);
        return new TidewaitPrograms(TidewaitPorts.in(sockets), admins(sockets));
    }

    private static List<InetSocketAddress> admins(String sockets) {
        List<InetSocketAddress> admins = new ArrayList<>();
        Matcher admin = ADMIN.matcher(sockets);
        while (admin.find() && admins.size() < MOST_ADMINS) {
            String host = admin.group(1) == null ? admin.group(2) : admin.group(1);
            int port = Integer.parseInt(admin.group(3));
            try {
                admins.add(new InetSocketAddress(InetAddress.ofLiteral(host), port));
            } catch (IllegalArgumentException e) {
                // somebody else's name, which only looks like one of ours
            }
        }
        return admins;
    }
}
