package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.util.Optional;

/** What one client may have, at all listeners together. A client is an IPv4 address or an IPv6 /64. Immutable. */
public record LimitsSection(
        @Setting(value = "Open connections of one client; more are refused. Without this key: any number.", min = "1")
        Optional<Integer> connections,

        @Setting(
                value =
                        "New connections of one client in a second, and as many at once after a pause; more are refused."
                                + " Without this key: any number.",
                min = "1")
        Optional<Integer> rate) {}
