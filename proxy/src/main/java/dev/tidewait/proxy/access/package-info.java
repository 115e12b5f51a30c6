/**
 * Who may use a listener, and for what: pure decisions on clients and destinations.
 *
 * <p>What may not live here: channels, look-ups. Start reading at {@link dev.tidewait.proxy.access.Access}.
 */
@NullMarked
package dev.tidewait.proxy.access;

import org.jspecify.annotations.NullMarked;
