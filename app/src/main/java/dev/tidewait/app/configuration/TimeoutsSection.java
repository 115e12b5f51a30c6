package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.time.Duration;

/** How long each part of a connection's way may take. Immutable. */
public record TimeoutsSection(
        @Setting(
                value = "The handshake with a server, standing in line for a port not included.",
                whenAbsent = "10s",
                min = "1ms",
                max = "24h")
        Duration connect,

        @Setting(value = "Standing in line for a source port; 0s = not at all.", whenAbsent = "5s", max = "24h")
        Duration portWait,

        @Setting(value = "No byte in either direction.", whenAbsent = "5m", min = "1ms", max = "24h")
        Duration idle,

        @Setting(
                value = "No byte in the open direction after the other one was closed.",
                whenAbsent = "30s",
                min = "1ms",
                max = "24h")
        Duration halfClosed,

        @Setting(
                value = "How long a stop waits for open connections before it resets them; 0s = not at all.",
                whenAbsent = "30s",
                max = "24h")
        Duration drain,

        @Setting(
                value =
                        "HTTP: from a client's connection to its first byte, then from a head's first byte to its end. SOCKS5: from the"
                                + " connection to the end of the request. Checking a password may take as long again.",
                whenAbsent = "10s",
                min = "1ms",
                max = "24h")
        Duration clientHeader,

        @Setting(value = "The answer of the name service.", whenAbsent = "5s", min = "1ms", max = "24h")
        Duration resolve,

        @Setting(
                value = "From an HTTP answer to the client's next request on the same connection.",
                whenAbsent = "60s",
                min = "1ms",
                max = "24h")
        Duration clientIdle,

        @Setting(
                value = "How long a connection to an HTTP server waits for the next request.",
                whenAbsent = "30s",
                min = "1ms",
                max = "24h")
        Duration serverIdle,

        @Setting(
                value = "Age from which a connection to an HTTP server is not used for another request.",
                whenAbsent = "10m",
                min = "1ms",
                max = "24h")
        Duration serverLifetime) {}
