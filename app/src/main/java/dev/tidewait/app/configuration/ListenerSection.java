package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * One listener. Immutable.
 *
 * @param upstream present exactly if the type is tcp; a key of {@link Configuration#upstreams()}
 */
public record ListenerSection(
        @Setting("What the listener is called in logs and metrics: letters, digits, '-' and '_'.")
        String name,

        @Setting("tcp relays bytes to 'upstream'; http-proxy serves http:// requests and CONNECT, socks5 SOCKS5.")
        ListenerKind type,

        @Setting("Address and port to listen on: 127.0.0.1:3128, 0.0.0.0:3128 or [::1]:3128.")
        InetSocketAddress bind,

        @Setting("For type tcp: the name of a group under 'upstreams'.")
        Optional<String> upstream) {}
