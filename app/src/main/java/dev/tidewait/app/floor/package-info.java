/**
 * {@code floor: measured}: floors that the proxy takes over from a report of what was seen. Lives here: reading such reports and saying what follows. The
 * arithmetic is {@link dev.tidewait.evidence.risk.FloorAdvice}'s, applying it the ledgers'.
 *
 * <p>Start reading at {@link dev.tidewait.app.floor.MeasuredFloors}.
 */
@NullMarked
package dev.tidewait.app.floor;

import org.jspecify.annotations.NullMarked;
