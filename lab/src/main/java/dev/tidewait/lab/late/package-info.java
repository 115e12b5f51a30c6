/**
 * The hostile link of {@code lab late}: copies of a four-tuple's former incarnation are delivered into the next one while it is live, under
 * every circumstance that matters and with every way of finding a port, and each byte is checked at both ends.
 *
 * <p>Start reading at {@link dev.tidewait.lab.late.Cell} (what is tried), then {@link dev.tidewait.lab.late.CellRun} (how), {@link
 * dev.tidewait.lab.late.Outcome} (what came of it) and {@link dev.tidewait.lab.late.LateVerdicts}. {@link
 * dev.tidewait.lab.late.PairwiseCells} chooses which cells are run. Nothing here is measured for speed.
 *
 * <p>A program under {@code tidewait run} is tried apart, in the same circumstances: {@link dev.tidewait.lab.late.Method#RUN}, beside one cell that
 * must be harmed, and {@link dev.tidewait.lab.late.UnderRunVerdict} on top of the others' verdicts.
 */
@NullMarked
package dev.tidewait.lab.late;

import org.jspecify.annotations.NullMarked;
