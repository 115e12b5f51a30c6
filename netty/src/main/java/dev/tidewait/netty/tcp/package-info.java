/**
 * TCP on epoll with as few system calls as a connection can do with.
 *
 * <p>What lives here: {@link dev.tidewait.netty.tcp.TcpChannel} (start reading there) and the listening socket that accepts such channels, both on
 * Netty's own epoll event loops. What may not live here: ports, leases, anything that knows what a connection is for.
 */
@NullMarked
package dev.tidewait.netty.tcp;

import org.jspecify.annotations.NullMarked;
