package dev.tidewait.doctor.host;

import dev.tidewait.linux.PortBits;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ports that Tidewait instances of this network namespace own: each block of 1,024 is held by an abstract unix socket (see
 * {@code dev.tidewait.linux.PortBlockLock}).
 */
final class TidewaitPorts {
    private static final Pattern BLOCK = Pattern.compile("@tidewait/ports/(\\d{1,5})-(\\d{1,5})");

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
            ports.set(Integer.parseInt(block.group(1)), Math.min(65_536, Integer.parseInt(block.group(2)) + 1));
        }
        return PortBits.copyOf(ports);
    }
}
