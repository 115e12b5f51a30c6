package dev.tidewait.doctor.census;

import dev.tidewait.ports.PortSet;

/** How many of the ports that may be chosen for one source and one destination are taken. Owned by one thread. */
final class PortTally {
    /** The ports that may be chosen. */
    final PortSet usable;

    /** Sockets on these. */
    int inUse;

    int firstParityInUse;

    /** Of those in use, in TIME_WAIT. */
    int timeWaitInUse;

    PortTally(PortSet usable) {
        this.usable = usable;
    }

    void add(boolean isFirstParity, boolean isTimeWait) {
        inUse++;
        firstParityInUse += isFirstParity ? 1 : 0;
        timeWaitInUse += isTimeWait ? 1 : 0;
    }
}
