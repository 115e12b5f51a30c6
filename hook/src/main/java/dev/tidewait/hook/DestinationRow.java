package dev.tidewait.hook;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;

/**
 * What was counted for one (source, destination) since the hook was attached. Immutable.
 *
 * @param destination where to
 * @param source the address connected from
 * @param connects connects that got one of our ports: the sum of the next three
 * @param neverUsed of these, on a four-tuple of which neither the kernel nor the hook knew anything
 * @param steals of these, taking over a TIME_WAIT socket with timestamps
 * @param afterClose of these, on a four-tuple that the hook knew and the kernel no longer held: closed by the server, reset, refused, or
 *     destroyed ahead
 * @param destroys TIME_WAIT sockets without timestamps that were destroyed ahead of the cursor
 * @param ageMinMillis youngest age at reuse, exact; 0 without a reuse
 * @param ageMedianMillis median age at reuse, to an eighth of its value
 * @param ageMaxMillis oldest age at reuse, exact
 * @param candidatesTried four-tuples looked at
 * @param kernelChose connects for which no candidate was fit, left to the kernel
 * @param refused the same under {@link HookSettings#strict()}: failed with EADDRNOTAVAIL
 */
public record DestinationRow(
        Destination destination,
        IpAddress source,
        long connects,
        long neverUsed,
        long steals,
        long afterClose,
        long destroys,
        long ageMinMillis,
        long ageMedianMillis,
        long ageMaxMillis,
        long candidatesTried,
        long kernelChose,
        long refused) {
    /** What a row is about. */
    record Key(IpAddress source, Destination destination) {}

    Key key() {
        return new Key(source, destination);
    }

    /** Connects on a four-tuple that had been used before. */
    public long reuses() {
        return steals + afterClose;
    }
}
