package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.net.InetSocketAddress;

/** The admin endpoint. Immutable. */
public record AdminSection(
        @Setting(value = "Address and port to listen on.", whenAbsent = "127.0.0.1:8404")
        InetSocketAddress bind,

        @Setting(
                value = "true: 'bind' may be an address that other hosts can reach. There is no password.",
                key = "allow-remote",
                whenAbsent = "false")
        boolean allowRemote) {}
