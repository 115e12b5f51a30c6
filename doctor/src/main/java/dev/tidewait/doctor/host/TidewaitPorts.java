package dev.tidewait.doctor.host;

import dev.tidewait.linux.PortBits;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ports that Tidewait instances of this network namespace own: each block of 1,024 is held by an abstract unix socket (see
 * {@code dev.tidewait.linux.PortBlockLock}).
 */
final class TidewaitPorts {
    /** The name is the last column of its line. */
    private static final Pattern BLOCK = Pattern.compile("(?m) (\\d{1,10}) @tidewait/ports/(\\d{1,5})-(\\d{1,5})$");

    private TidewaitPorts() {}

    static PortBits read(ProcText text) {
        return in(sockets(text));
    }

    /** The table of unix sockets; empty if it cannot be read, which is noted. */
    static String sockets(ProcText text) {
        return text.proc("thread-self/net/unix", "ports of other Tidewait instances")
                .orElse("");
    }

    /** The ports whose names stand in a table of unix sockets. */
    static PortBits in(String sockets) {
        BitSet ports = new BitSet();
        Matcher block = BLOCK.matcher(sockets);
        while (block.find()) {
            ports.set(Integer.parseInt(block.group(2)), Math.min(65_536, Integer.parseInt(block.group(3)) + 1));
        }
        return PortBits.copyOf(ports);
    }

    /** The inode of the socket that holds each block, by the block's first port. */
    static Map<Integer, Integer> holders(String sockets) {
        Map<Integer, Integer> holders = new HashMap<>();
        Matcher block = BLOCK.matcher(sockets);
        while (block.find()) {
            int inode = (int) Long.parseLong(block.group(1)); // 32 bits without sign
            // Without one are the connections of those who asked whose it is.
            if (inode != 0) {
                holders.put(Integer.parseInt(block.group(2)), inode);
            }
        }
        return holders;
    }
}
