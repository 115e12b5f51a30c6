/**
 * A lease around every Netty connect.
 *
 * <p>What lives here: the {@link dev.tidewait.netty.Connector} (start reading there), the handler that carries a lease
 * through a channel's life and reports how the connection ended, and the adapters that let the pure rule of {@code ports}
 * ask the kernel through {@code linux}. What may not live here: listeners, relaying, configuration, commands. Usable alone
 * by any Netty program.
 */
@NullMarked
package dev.tidewait.netty;

import org.jspecify.annotations.NullMarked;
