package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.net.InetSocketAddress;

/** The admin endpoint. Immutable. */
public record AdminSection(
        @Setting(
                value = "Address and port to listen on.",
                whenAbsent = "127.0.0.1:8404",
                why =
                        "It is for programs and people on this host; 8404 is where HAProxy's examples have their statistics, and seldom"
                                + " taken.",
                source = "docs/decisions/029-the-doctor-asks-the-ledgers.md: the doctor finds it by itself")
        InetSocketAddress bind,

        @Setting(
                value = "true: 'bind' may be an address that other hosts can reach. There is no password.",
                key = "allow-remote",
                whenAbsent = "false",
                why =
                        "There is no password, and where clients go is not for everybody: that others can reach it must be a decision, "
                                + "not a slip in the address.",
                source = "docs/decisions/023-access.md has the same thought for clients")
        boolean allowRemote) {}
