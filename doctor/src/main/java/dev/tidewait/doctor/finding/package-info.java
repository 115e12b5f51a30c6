/**
 * What follows from the facts and the census: one class for each thing that can be wrong, a pure function of both, with the evidence, the exact fix
 * and its risk, and a text for {@code tidewait explain}. Nothing here reads the host, changes it or prints. Start at
 * {@link dev.tidewait.doctor.finding.Checks}.
 */
@NullMarked
package dev.tidewait.doctor.finding;

import org.jspecify.annotations.NullMarked;
