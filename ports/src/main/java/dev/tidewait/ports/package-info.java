/**
 * The rule, and the records it needs: which port may be used again, and when.
 *
 * <p>Start reading at {@link dev.tidewait.ports.TimeWaitRule} (what may be done with one four-tuple), then {@link
 * dev.tidewait.ports.PortLedger} (all ports from one source to one destination), {@link dev.tidewait.ports.SourcePool} (all
 * sources to one destination, and the line of those who wait) and {@link dev.tidewait.ports.PortLedgers} (all destinations).
 *
 * <p>Pure Java. No I/O, no threads of its own, no clock: time is an argument, in milliseconds of a monotonic clock. Nothing
 * here knows of the kernel's interfaces or of Netty; what has to be asked of the kernel is named in a {@link
 * dev.tidewait.ports.Preparation} and done by the caller.
 */
@NullMarked
package dev.tidewait.ports;

import org.jspecify.annotations.NullMarked;
