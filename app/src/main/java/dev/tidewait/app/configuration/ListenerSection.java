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
        @Setting(
                value = "What the listener is called in logs and metrics: letters, digits, '-' and '_'.",
                why = "Log lines and metrics go on under the same name when address or port change.",
                source = "docs/access-log.md")
        String name,

        @Setting(
                value =
                        "tcp relays bytes to 'upstream'; http-proxy serves http:// requests and CONNECT, socks5 SOCKS5.",
                why =
                        "What is spoken on a port must be known before its first byte: guessing it is how one protocol gets smuggled "
                                + "into another.",
                source = "docs/http-proxy.md, docs/socks5.md; docs/decisions/020-one-strict-http-reader.md")
        ListenerKind type,

        @Setting(
                value = "Address and port to listen on: 127.0.0.1:3128, 0.0.0.0:3128 or [::1]:3128.",
                why =
                        "A name may have several addresses, and another one tomorrow; a service listens where it is told to. A second "
                                + "instance on the same address is refused.",
                source = "docs/decisions/017-first-listener-without-reuseport.md")
        InetSocketAddress bind,

        @Setting(
                value = "For type tcp: the name of a group under 'upstreams'.",
                otherwise = "none; type tcp needs one",
                why = "Clients of a tcp listener name no destination.",
                source = "RFC 9110 section 9.3.6 and RFC 1928 have ways to name one; TCP (RFC 9293) has none")
        Optional<String> upstream) {}
