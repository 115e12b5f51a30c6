/** Benchmarks of the hot path; run by {@code ./tidewait bench}, through the public API only. */
@NullMarked
package dev.tidewait.ports.bench;

import org.jspecify.annotations.NullMarked;
