package dev.tidewait.ports;

/** The answer to the wish for a port. */
public sealed interface LeaseOutcome permits Lease, MustWait, Exhausted {}
