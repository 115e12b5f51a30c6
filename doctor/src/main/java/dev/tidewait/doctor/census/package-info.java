/**
 * Who uses the ports: one walk of the kernel's socket table folded into a record for each source and destination, two looks compared, and the
 * forecast of when a destination runs out. {@link dev.tidewait.doctor.census.CensusReport} is what others read; start at
 * {@link dev.tidewait.doctor.census.Census}. Nothing here judges or prints.
 */
@NullMarked
package dev.tidewait.doctor.census;

import org.jspecify.annotations.NullMarked;
