package dev.tidewait.doctor.census;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortSet;

/** What one look found of one source and one destination. Owned by one thread. */
final class PairFold {
    final long sourceHigh;
    final long sourceLow;
    final long destinationHigh;
    final long destinationLow;
    final int destinationPort;
    /** On the ports that connect() chooses. */
    final PortTally automatic;

    /** On the ports that Tidewait chooses. */
    final PortTally own;

    final SourceFold source;

    final StateTally states = new StateTally();
    final AgeTally ages = new AgeTally();
    /** Not yet in TIME_WAIT. */
    int live;
    /** Of the live ones, there at the earlier look too. */
    int stillLive;
    /** Live at the earlier look, now in TIME_WAIT. */
    int closedHere;
    /** Begun since the earlier look, live or in TIME_WAIT. */
    int newcomers;
    /** Those of the looks before too. */
    OpenHistory opens = OpenHistory.EMPTY;

    PairFold(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int destinationPort,
            PortSet automatic,
            PortSet own,
            SourceFold source) {
        this.sourceHigh = sourceHigh;
        this.sourceLow = sourceLow;
        this.destinationHigh = destinationHigh;
        this.destinationLow = destinationLow;
        this.destinationPort = destinationPort;
        this.automatic = new PortTally(automatic);
        this.own = new PortTally(own);
        this.source = source;
    }

    void addPort(int port, boolean isFirstParity, boolean isTimeWait) {
        if (automatic.usable.contains(port)) {
            automatic.add(isFirstParity, isTimeWait);
        } else if (own.usable.contains(port)) {
            own.add(isFirstParity, isTimeWait);
        }
    }

    /** Whether most of it is Tidewait's. */
    boolean isTidewaits() {
        return own.inUse > automatic.inUse;
    }

    /** The ports that count for it: those of whoever has more connections to it. */
    PortTally ports() {
        return isTidewaits() ? own : automatic;
    }

    boolean isBetween(long sh, long sl, long dh, long dl, int port) {
        return destinationPort == port
                && destinationLow == dl
                && sourceLow == sl
                && destinationHigh == dh
                && sourceHigh == sh;
    }

    IpAddress sourceAddress() {
        return new IpAddress(sourceHigh, sourceLow);
    }

    Destination destination() {
        return new Destination(new IpAddress(destinationHigh, destinationLow), destinationPort);
    }

    /** Whether the kernel treats it as loopback (tcp_twsk_unique): 127.0.0.0/8 or ::1 at either end. */
    boolean isLoopback() {
        return isLoopback(sourceHigh, sourceLow) || isLoopback(destinationHigh, destinationLow);
    }

    private static boolean isLoopback(long high, long low) {
        return high == 0 && (low == 1 || low >>> 24 == 0xffff7fL);
    }
}
