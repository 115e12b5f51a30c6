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
                whenAbsent = "true")
        boolean keepAlive,

        @Setting(
                value =
                        "Connections to one server that may wait for a request, for each event loop; each holds a source port of its"
                                + " destination and a descriptor. Fewer than the requests in flight means new connections all the time.",
                whenAbsent = "1024",
                min = "1",
                max = "65536")
        int idlePerDestination,

        @Setting(
                value = "Connections to all servers that may wait for a request, for each event loop.",
                whenAbsent = "1024",
                min = "1",
                max = "65536")
        int idleInAll,

        @Setting(
                value =
                        "Who ends a server connection that is not kept: server = it is told to close and its FIN is awaited; graceful"
                                + " = our FIN first; reset = RST behind the answer. docs/http-proxy.md says what that does to ports.",
                whenAbsent = "graceful")
        ServerClose serverClose,

        @Setting(
                value =
                        "How servers are told the client's address: off, x-forwarded-for, or forwarded (RFC 7239). What clients"
                                + " themselves send is passed on either way.",
                whenAbsent = "off")
        ClientAddress clientAddress) {

    public HttpSettings settings() {
        return new HttpSettings(
                keepAlive ? idlePerDestination : 0, keepAlive ? idleInAll : 0, serverClose, clientAddress);
    }
}
