package dev.tidewait.doctor.plan;

import java.math.BigInteger;

/**
 * What outgoing connections share, and how long each keeps its four-tuple. Immutable.
 *
 * <p>By Little's law, connections opened at a rate <i>c</i> that each keep a four-tuple for a time <i>t</i> occupy <i>c · t</i> of them. So the highest
 * sustained rate is the number of four-tuples ÷ <i>t</i>, where <i>t</i> is the time open plus TIME_WAIT. It holds for connections spread evenly over sources
 * and destinations, and counts no burst: full four-tuples allow that many connections at once, and then none until the first is free.
 *
 * <p>All calculation is exact in whole milliseconds; bounds keep every product inside a long, or it is done with BigInteger.
 *
 * @param portCount usable ports of each source
 * @param sourceCount addresses to connect from
 * @param destinationCount (address, port) pairs to connect to, which share the connections evenly
 * @param timeWaitMillis how long a four-tuple rests after the close; 0 = this end does not hold TIME_WAIT, for example since the other closes first
 * @param holdMillis how long one request keeps its connection; idle time between two requests on a kept connection counts too
 * @param requestsPerConnection requests that one connection carries, one after the other; 1 = no keep-alive
 */
public record Capacity(
        int portCount,
        int sourceCount,
        int destinationCount,
        long timeWaitMillis,
        long holdMillis,
        int requestsPerConnection) {
    /** 1024–65535: what is left of one address without the privileged ports. */
    public static final int MOST_USUAL_PORTS = 64_512;

    static final int MOST_PORTS = 65_535;
    /** A /16. */
    public static final int MOST_ADDRESSES = 65_536;

    static final long MOST_MILLIS = 3_600_000;
    public static final int MOST_REQUESTS = 10_000;

    public Capacity {
        check("the number of ports", portCount, 1, MOST_PORTS);
        check("the number of sources", sourceCount, 1, MOST_ADDRESSES);
        check("the number of destinations", destinationCount, 1, MOST_ADDRESSES);
        check("TIME_WAIT in ms", timeWaitMillis, 0, MOST_MILLIS);
        check("the hold time in ms", holdMillis, 0, MOST_MILLIS);
        check("the number of requests on a connection", requestsPerConnection, 1, MOST_REQUESTS);
        if (timeWaitMillis + holdMillis == 0) {
            throw new IllegalArgumentException("TIME_WAIT and hold are both 0, so no rate would be too high;"
                    + " say how long a connection is open");
        }
    }

    /** Four-tuples that differ in source address, source port or destination. */
    public long fourTuples() {
        return (long) portCount * sourceCount * destinationCount;
    }

    /** How long one connection keeps its four-tuple, open and in TIME_WAIT. */
    public long occupiedMillis() {
        return openMillis() + timeWaitMillis;
    }

    /** How long one connection is open. */
    public long openMillis() {
        return requestsPerConnection * holdMillis;
    }

    /** The highest sustained rate, rounded down. */
    public long connectionsPerSecond() {
        return timesOver(fourTuples(), 1_000, occupiedMillis());
    }

    /** The same in requests, rounded down by itself: it is not {@link #connectionsPerSecond} times a whole number. */
    public long requestsPerSecond() {
        return timesOver(fourTuples(), 1_000L * requestsPerConnection, occupiedMillis());
    }

    /** Sockets in TIME_WAIT at the highest sustained rate. */
    public long timeWaitSockets() {
        return timesOver(fourTuples(), timeWaitMillis, occupiedMillis());
    }

    public Capacity withTimeWaitMillis(long millis) {
        return new Capacity(portCount, sourceCount, destinationCount, millis, holdMillis, requestsPerConnection);
    }

    /** {@code a · b ÷ divisor}, rounded down; what does not fit a long is its largest value. */
    static long timesOver(long a, long b, long divisor) {
        BigInteger result =
                BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)).divide(BigInteger.valueOf(divisor));
        return result.bitLength() < Long.SIZE ? result.longValue() : Long.MAX_VALUE;
    }

    private static void check(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " is " + least + " to " + most + ", not " + value);
        }
    }
}
