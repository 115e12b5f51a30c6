package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.time.Duration;

/** How long each part of a connection's way may take. Immutable. */
public record TimeoutsSection(
        @Setting(
                value = "The handshake with a server, standing in line for a port not included.",
                whenAbsent = "10s",
                min = "1ms",
                max = "24h",
                why =
                        "The SYN is sent at least four times by then: who answers none of them is not there, or too busy to be of use.",
                source = "RFC 6298 section 2 (first after 1 s); docs/timeouts.md")
        Duration connect,

        @Setting(
                value = "Standing in line for a source port; 0s = not at all.",
                whenAbsent = "5s",
                max = "24h",
                why =
                        "While a port will be free soon, waiting is better than failing. In 5 s every usual floor has passed but the "
                                + "longest (15 s), and clients have not yet lost patience.",
                source = "docs/timeouts.md")
        Duration portWait,

        @Setting(
                value = "No byte in either direction.",
                whenAbsent = "5m",
                min = "1ms",
                max = "24h",
                why =
                        "A peer that is gone without a word cannot be told from one that is silent, and until then holds a port and two"
                                + " descriptors. Five minutes are longer than the pings of the usual protocols are apart.",
                source = "RFC 9112 section 9.5; docs/timeouts.md")
        Duration idle,

        @Setting(
                value = "No byte in the open direction after the other one was closed.",
                whenAbsent = "30s",
                min = "1ms",
                max = "24h",
                why =
                        "A FIN says that nothing more comes from there; the answer may still be under way. As long as the FIN of the "
                                + "other side is not seen the port cannot rest, so this must have an end.",
                source = "RFC 9293 section 3.6.1 (half-closed connections); docs/timeouts.md")
        Duration halfClosed,

        @Setting(
                value = "How long a stop waits for open connections before it resets them; 0s = not at all.",
                whenAbsent = "30s",
                max = "24h",
                why =
                        "With 10 s for what is reset then, a stop is over before the 45 s of the systemd unit, after which the process "
                                + "would be killed.",
                source = "docs/tidewait.service (TimeoutStopSec); docs/timeouts.md")
        Duration drain,

        @Setting(
                value =
                        "HTTP: from a client's connection to its first byte, then from a head's first byte to its end. SOCKS5: from the"
                                + " connection to the end of the request. Checking a password may take as long again.",
                whenAbsent = "10s",
                min = "1ms",
                max = "24h",
                why = "Whoever sends a head byte by byte would hold a descriptor for ever (slowloris).",
                source = "RFC 9110 section 15.5.9 (408); docs/timeouts.md")
        Duration clientHeader,

        @Setting(
                value = "The answer of the name service.",
                whenAbsent = "5s",
                min = "1ms",
                max = "24h",
                why = "Two name servers have had 2 s each by then.",
                source = "docs/decisions/022-names.md")
        Duration resolve,

        @Setting(
                value = "From an HTTP answer to the client's next request on the same connection.",
                whenAbsent = "60s",
                min = "1ms",
                max = "24h",
                why =
                        "A client that comes back within a minute saves its handshake; who stays away holds a descriptor for nothing.",
                source = "RFC 9112 section 9.5; docs/timeouts.md")
        Duration clientIdle,

        @Setting(
                value = "How long a connection to an HTTP server waits for the next request.",
                whenAbsent = "30s",
                min = "1ms",
                max = "24h",
                why =
                        "A waiting connection holds a source port. The longer it waits, the likelier the server closes it just when a "
                                + "request is sent, which only an idempotent one survives.",
                source = "RFC 9112 sections 9.3.1 and 9.5; docs/http-proxy.md")
        Duration serverIdle,

        @Setting(
                value = "Age from which a connection to an HTTP server is not used for another request.",
                whenAbsent = "10m",
                min = "1ms",
                max = "24h",
                why =
                        "A connection in constant use would stay at its address when the name has long moved on, and never come to a "
                                + "server that was added.",
                source = "docs/http-proxy.md")
        Duration serverLifetime) {}
