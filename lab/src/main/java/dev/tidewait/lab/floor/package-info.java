/**
 * {@code lab floor}: how low the floor may be. A link copies segments and delivers the copies after delays drawn from a tail; clients use each port
 * again when it has rested for a floor. How many copies meet a later connection, what they do to it, how fast the clients are, and whether the model
 * of {@code dev.tidewait.evidence.risk} has foretold it.
 *
 * <p>Start reading at {@link dev.tidewait.lab.floor.FloorCell} (what is tried), then {@link dev.tidewait.lab.floor.FloorRun} (how), {@link
 * dev.tidewait.lab.floor.FloorOutcome} (what came of it, beside what was foretold) and {@link dev.tidewait.lab.floor.FloorVerdicts}.
 */
@NullMarked
package dev.tidewait.lab.floor;

import org.jspecify.annotations.NullMarked;
