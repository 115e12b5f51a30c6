/**
 * From a host name to addresses, without blocking an event loop.
 *
 * <p>What may not live here: decisions about what may be connected to. Start reading at {@link dev.tidewait.proxy.names.NameLookup}.
 */
@NullMarked
package dev.tidewait.proxy.names;

import org.jspecify.annotations.NullMarked;
