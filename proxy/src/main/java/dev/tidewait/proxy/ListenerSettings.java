package dev.tidewait.proxy;

import java.net.InetSocketAddress;

/** What a listener is called and where it listens; one record per kind. Immutable. */
public sealed interface ListenerSettings permits TcpListenerSettings, HttpProxyListenerSettings, SocksListenerSettings {
    /** Shown in logs and metrics: 1 to 63 letters, digits, '-' and '_'. */
    String name();

    /** Resolved address; port 0 = any free one. */
    InetSocketAddress bind();
}
