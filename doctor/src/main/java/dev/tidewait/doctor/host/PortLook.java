package dev.tidewait.doctor.host;

import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortRange;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@link PortFacts}. Owned by one thread. */
final class PortLook {
    private static final String RANGE = "net.ipv4.ip_local_port_range";
    private static final String RESERVED = "net.ipv4.ip_local_reserved_ports";
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** The kernel's default, assumed where it cannot be read (which is noted). */
    private static final PortRange DEFAULT = new PortRange(32_768, 60_999);

    private PortLook() {}

    static PortFacts read(ProcText text) {
        return new PortFacts(range(text), reserved(text), ListeningPorts.read(text), TidewaitPorts.read(text));
    }

    private static PortRange range(ProcText text) {
        Optional<String> found = text.settingText(RANGE);
        if (found.isEmpty()) {
            return DEFAULT;
        }
        String[] bounds = BLANKS.split(found.get());
        try {
            return new PortRange(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            text.note(RANGE, "\"" + found.get() + "\" is not a range; " + DEFAULT + " is assumed");
            return DEFAULT;
        }
    }

    private static PortBits reserved(ProcText text) {
        Optional<String> found = text.settingText(RESERVED);
        try {
            return found.map(PortBits::parse).orElse(PortBits.NONE);
        } catch (IllegalArgumentException e) {
            text.note(RESERVED, "\"" + found.orElse("") + "\" is not understood; none is assumed");
            return PortBits.NONE;
        }
    }
}
