/**
 * SOCKS5 messages (RFC 1928, and RFC 1929 for user and password), read strictly and written: pure, on bytes.
 *
 * <p>What may not live here: channels, access, connects; the listener has them. Start reading at {@link
 * dev.tidewait.proxy.socks5.SocksRequest}.
 */
@NullMarked
package dev.tidewait.proxy.socks5;

import org.jspecify.annotations.NullMarked;
