package dev.tidewait.doctor.census;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;

/** One line of a Tidewait program's account. Immutable. */
public record LedgerRow(IpAddress source, Destination destination, LedgerUse use) {}
