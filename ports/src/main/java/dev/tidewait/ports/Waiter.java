package dev.tidewait.ports;

/** Somebody who stands in line for a port. Methods are called by the thread that moved the line. */
public interface Waiter {
    /** The lease to be filled when the turn comes; empty until then. */
    Lease lease();

    /** The stripe to serve from first. */
    int stripe();

    /** The lease is filled. */
    void served(long nowMillis);

    /** The line was closed. */
    void dismissed(Exhausted why);
}
