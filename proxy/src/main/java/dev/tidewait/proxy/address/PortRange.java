package dev.tidewait.proxy.address;

/**
 * Ports from first to last, both included. Immutable.
 *
 * @param first 1 to 65535
 * @param last first to 65535
 */
public record PortRange(int first, int last) {
    public static final PortRange ANY = new PortRange(1, HostPort.MAX_PORT);

    public PortRange {
        if (first < 1 || last > HostPort.MAX_PORT || first > last) {
            throw new IllegalArgumentException(
                    first + "-" + last + " is no range of ports; give 1 to 65535, the smaller one first");
        }
    }

    /** Reads {@code 443} or {@code 8000-8099}.
     *
     * @throws IllegalArgumentException what is wrong with the text
     */
    public static PortRange parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            int port = HostPort.parsePort(text, text);
            return new PortRange(port, port);
        }
        return new PortRange(
                HostPort.parsePort(text.substring(0, dash), text), HostPort.parsePort(text.substring(dash + 1), text));
    }

    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    public boolean overlaps(PortRange other) {
        return first <= other.last && other.first <= last;
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
