/**
 * {@code lab race}: Tidewait beside every peer, doing the same work on the same machine in turns. How fast is each, and what does it cost?
 *
 * <p>Start reading at {@link dev.tidewait.lab.race.Work} (what is done) and {@link dev.tidewait.lab.race.Contestant} (by whom), then {@link
 * dev.tidewait.lab.race.RoundRun} (how one round is measured) and {@link dev.tidewait.lab.race.RaceVerdicts} (what is claimed). All are only ever
 * started as commands here.
 */
@NullMarked
package dev.tidewait.lab.race;

import org.jspecify.annotations.NullMarked;
