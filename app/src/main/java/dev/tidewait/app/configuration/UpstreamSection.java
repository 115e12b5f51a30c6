package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Later;
import dev.tidewait.app.binding.Setting;
import dev.tidewait.proxy.address.HostPort;
import java.util.List;

/** A group of servers. Immutable. */
@Later({"check"})
public record UpstreamSection(
        @Setting(
                value = "How a server is chosen for each connection: round-robin.",
                whenAbsent = "round-robin",
                why = "Round-robin needs to know nothing of the servers, and is even where connections are alike.",
                source = "the default of nginx, too (ngx_http_upstream_module); docs/timeouts.md")
        Balance balance,

        @Setting(
                value = "The servers, as name:port or address:port.",
                why =
                        "They are tried in turn: one that refuses, or does not answer, is followed by the next within the same "
                                + "connection of the client.",
                source = "docs/timeouts.md")
        List<HostPort> servers) {}
