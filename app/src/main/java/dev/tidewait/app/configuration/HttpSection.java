package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import dev.tidewait.proxy.HttpSettings;
import dev.tidewait.proxy.ServerClose;
import dev.tidewait.proxy.http1.ClientAddress;

/** How listeners of type http-proxy pass requests on. Immutable. */
public record HttpSection(
        @Setting(
                value =
                        "true: a server connection serves one request after the other; how long it waits for the next one is"
                                + " timeouts.serverIdle. false: each request has a connection, and so a port, of its own.",
                whenAbsent = "true",
                why =
                        "A connection that serves the next request too needs no port, no handshake and no TIME_WAIT: it is the best of "
                                + "all cures.",
                source = "RFC 9112 section 9.3; docs/http-proxy.md")
        boolean keepAlive,

        @Setting(
                value =
                        "Connections to one server that may wait for a request, for each event loop; each holds a source port of its"
                                + " destination and a descriptor. Fewer than the requests in flight means new connections all the time.",
                whenAbsent = "1024",
                min = "1",
                max = "65536",
                unit = "connections for each event loop",
                why =
                        "With fewer places than requests in flight to one destination, connections are closed and opened all the time; "
                                + "each place holds a source port of that destination alone.",
                source = "docs/http-proxy.md")
        int idlePerDestination,

        @Setting(
                value = "Connections to all servers that may wait for a request, for each event loop.",
                whenAbsent = "1024",
                min = "1",
                max = "65536",
                unit = "connections for each event loop",
                why =
                        "Each waiting connection holds a descriptor and some memory, however many destinations there are.",
                source = "docs/http-proxy.md")
        int idleInAll,

        @Setting(
                value =
                        "Who ends a server connection that is not kept: server = it is told to close and its FIN is awaited; graceful"
                                + " = our FIN first; reset = RST behind the answer. docs/http-proxy.md says what that does to ports.",
                whenAbsent = "graceful",
                why =
                        "Who closes first holds TIME_WAIT. With our FIN first the port can be reused after 1 s with timestamps and 5 s "
                                + "without; where the server closes first it is 15 s without.",
                source =
                        "docs/http-proxy.md (Who closes first); docs/decisions/019-age-counts-from-the-last-acknowledgement.md")
        ServerClose serverClose,

        @Setting(
                value =
                        "How servers are told the client's address: off, x-forwarded-for, or forwarded (RFC 7239). What clients"
                                + " themselves send is passed on either way.",
                whenAbsent = "off",
                why =
                        "Whom a client is need not be told to every server of the Internet; a server that may know can be told by one "
                                + "of the two usual fields.",
                source = "RFC 7239 section 8 (privacy); docs/http-proxy.md")
        ClientAddress clientAddress) {

    public HttpSettings settings() {
        return new HttpSettings(
                keepAlive ? idlePerDestination : 0, keepAlive ? idleInAll : 0, serverClose, clientAddress);
    }
}
