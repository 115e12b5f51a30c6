/**
 * Addresses, networks, ports and host names as text and as values: strict reading, printable writing.
 *
 * <p>What may not live here: decisions and look-ups. Start reading at {@link dev.tidewait.proxy.address.HostPort}.
 */
@NullMarked
package dev.tidewait.proxy.address;

import org.jspecify.annotations.NullMarked;
