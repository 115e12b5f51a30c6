package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.util.Optional;

/** What one client may have, at all listeners together. A client is an IPv4 address or an IPv6 /64. Immutable. */
public record LimitsSection(
        @Setting(
                value = "Open connections of one client; more are refused. Without this key: any number.",
                min = "1",
                unit = "connections of one client",
                otherwise = "any number",
                why =
                        "Each connection takes two descriptors and a port for as long as its client likes. What is fair depends on how "
                                + "many people stand behind one address, so there is no default.",
                source = "docs/decisions/023-access.md: by IPv4 address and IPv6 /64")
        Optional<Integer> connections,

        @Setting(
                value =
                        "New connections of one client in a second, and as many at once after a pause; more are refused."
                                + " Without this key: any number.",
                min = "1",
                unit = "new connections of one client each second",
                otherwise = "any number",
                why =
                        "A client that connects in a loop takes the time of the event loops and of the name servers. A refused "
                                + "connection costs nothing of the rate, so whoever tries again gets exactly it.",
                source = "docs/decisions/023-access.md")
        Optional<Integer> rate) {}
