package dev.tidewait.doctor.host;

import dev.tidewait.ports.IpAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The addresses from which the calling thread's network namespace can connect to other hosts. No state. */
final class SourceLook {
    /** One of global scope: address, interface, length of the prefix, scope (if6_seq_show() of Linux). */
    private static final Pattern GLOBAL_IPV6 = Pattern.compile("(?m)^([0-9a-f]{32}) [0-9a-f]+ [0-9a-f]+ 00 ");

    private SourceLook() {}

    /** In rising order, IPv4 first. */
    static List<IpAddress> read(ProcText text) {
        List<IpAddress> sources = new ArrayList<>(ipv4());
        // The JDK would take those of the process's first thread.
        text.ifThere(text.roots().proc().resolve("thread-self/net/if_inet6"), "IPv6 addresses to connect from")
                .ifPresent(table -> GLOBAL_IPV6
                        .matcher(table)
                        .results()
                        .map((MatchResult found) -> HexFormat.of().parseHex(found.group(1)))
                        .sorted(Arrays::compareUnsigned)
                        .map(IpAddress::of)
                        .forEach(sources::add));
        return sources;
    }

    private static List<IpAddress> ipv4() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address
                            && !address.isLoopbackAddress()
                            && !address.isLinkLocalAddress())
                    .map(InetAddress::getAddress)
                    .sorted(Arrays::compareUnsigned)
                    .map(IpAddress::of)
                    .distinct()
                    .toList();
        } catch (SocketException e) {
            return List.of(); // What the JDK says where no interface has an IPv4 address
        }
    }
}
