package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Later;
import dev.tidewait.app.binding.Setting;
import dev.tidewait.proxy.address.HostPort;
import java.util.List;

/** A group of servers. Immutable. */
@Later({"check"})
public record UpstreamSection(
        @Setting(value = "How a server is chosen for each connection: round-robin.", whenAbsent = "round-robin")
        Balance balance,

        @Setting("The servers, as name:port or address:port.")
        List<HostPort> servers) {}
