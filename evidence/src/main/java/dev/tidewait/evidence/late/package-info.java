/**
 * What a late segment is, and the counts of late segments by kind and age that captures and live traffic share; the bounds that follow from counts.
 *
 * <p>Lives here: numbers and their arithmetic. May not live here: addresses (a report must not hold any), files, the kernel, JSON (the app's).
 *
 * <p>Start reading at {@link dev.tidewait.evidence.late.LateHistogram}.
 */
@NullMarked
package dev.tidewait.evidence.late;

import org.jspecify.annotations.NullMarked;
