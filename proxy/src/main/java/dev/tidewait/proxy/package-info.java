/**
 * Listeners and the relay.
 *
 * <p>What lives here: one class per kind of listener, the way of one connection through the proxy
 * ({@link dev.tidewait.proxy.ProxyServer} starts it all; then read {@code Exchange}, {@code RelaySide} and {@code Wire}), access rules, strict
 * parsers of what clients send, and the settings records that the configuration is turned into. What may not live here:
 * ports and leases (module {@code netty} opens every outgoing connection), files, commands, metrics backends.
 *
 * <p>An exchange and both its channels belong to one event loop from accept to end; nothing on its way takes a lock or changes threads,
 * except a name look-up.
 */
@NullMarked
package dev.tidewait.proxy;

import org.jspecify.annotations.NullMarked;
