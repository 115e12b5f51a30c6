package dev.tidewait.ports;

/**
 * What identifies a TCP connection: at most one incarnation lives on it at a time (RFC 9293 section 3.4.1). Immutable.
 *
 * @param source address connected from
 * @param sourcePort 1 to 65,535
 * @param destination where to
 */
public record FourTuple(IpAddress source, int sourcePort, Destination destination) {
    @Override
    public String toString() {
        return (source.isV4() ? source.toString() : "[" + source + "]") + ":" + sourcePort + " → " + destination;
    }
}
