/** Benchmarks of the hot path, and the guards of what they allocate; run by {@code ./tidewait bench}, through the public API only. */
@NullMarked
package dev.tidewait.ports.bench;

import org.jspecify.annotations.NullMarked;
