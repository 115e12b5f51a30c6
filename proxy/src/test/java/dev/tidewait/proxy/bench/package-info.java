/** Benchmarks of what the proxy does for every connection or request, and the guards of what they allocate; run by {@code ./tidewait bench}. */
@NullMarked
package dev.tidewait.proxy.bench;

import org.jspecify.annotations.NullMarked;
