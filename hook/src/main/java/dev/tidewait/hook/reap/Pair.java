package dev.tidewait.hook.reap;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;

/** What a census found between one source and one destination, and what was done about it. Used again for every pass; owned by one thread. */
final class Pair {
    /** Newcomers are counted over two spans, so that a burst shows at once and a steady rate without much noise. */
    static final int SHORT_SPAN_MILLIS = 250;

    static final int LONG_SPAN_MILLIS = 1_000;

    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int destinationPort;
    /** Whether the settings name it. */
    boolean chosen;

    /** Sockets with a life of their own, from SYN_SENT to LAST_ACK. */
    int live;
    /** Our side closed, the peer's FIN not seen. */
    int finWait2;

    int timeWait;
    /** Of those in TIME_WAIT, younger than may go. */
    int tooYoung;
    /** Age of the oldest that is too young, ms; 0 without one. */
    long oldestTooYoungMillis;

    int bornInShortSpan;
    int bornInLongSpan;

    /** How many are to go in this pass, and how many of them are still to be found. */
    int wanted;

    int stillWanted;
    /** Taken for removal in this pass. */
    int taken;

    int destroyed;
    int vanished;
    int failed;
    long youngestDestroyedMillis;

    void begin(
            long newSourceHigh,
            long newSourceLow,
            long newDestinationHigh,
            long newDestinationLow,
            int newDestinationPort,
            boolean isChosen) {
        sourceHigh = newSourceHigh;
        sourceLow = newSourceLow;
        destinationHigh = newDestinationHigh;
        destinationLow = newDestinationLow;
        destinationPort = newDestinationPort;
        chosen = isChosen;
        live = 0;
        finWait2 = 0;
        timeWait = 0;
        tooYoung = 0;
        oldestTooYoungMillis = 0;
        bornInShortSpan = 0;
        bornInLongSpan = 0;
        wanted = 0;
        stillWanted = 0;
        taken = 0;
        destroyed = 0;
        vanished = 0;
        failed = 0;
        youngestDestroyedMillis = Long.MAX_VALUE;
    }

    /** Counts a socket in TIME_WAIT. */
    void addTimeWait(long ageMillis, long leastAgeMillis) {
        timeWait++;
        if (ageMillis < leastAgeMillis) {
            tooYoung++;
            oldestTooYoungMillis = Math.max(oldestTooYoungMillis, ageMillis);
        }
        if (ageMillis < LONG_SPAN_MILLIS) {
            bornInLongSpan++;
            if (ageMillis < SHORT_SPAN_MILLIS) {
                bornInShortSpan++;
            }
        }
    }

    /** Ports in use when the kernel was asked. */
    int used() {
        return live + finWait2 + timeWait;
    }

    /** Ports in use after the removals. */
    int usedAfter() {
        return used() - taken;
    }

    /** New TIME_WAIT sockets in a millisecond, lately. */
    double perMilli() {
        return Math.max((double) bornInShortSpan / SHORT_SPAN_MILLIS, (double) bornInLongSpan / LONG_SPAN_MILLIS);
    }

    /** How many that should have gone were too young. */
    int sparedByFloor() {
        return Math.min(Math.max(0, wanted - (timeWait - tooYoung)), tooYoung);
    }

    IpAddress source() {
        return new IpAddress(sourceHigh, sourceLow);
    }

    Destination destination() {
        return new Destination(new IpAddress(destinationHigh, destinationLow), destinationPort);
    }

    boolean isBetween(long sh, long sl, long dh, long dl, int port) {
        return destinationPort == port
                && destinationLow == dl
                && sourceLow == sl
                && destinationHigh == dh
                && sourceHigh == sh;
    }
}
