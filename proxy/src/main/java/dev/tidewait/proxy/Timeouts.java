package dev.tidewait.proxy;

import java.time.Duration;

/**
 * How long an exchange may stay in each part of its way. All are finite. Immutable.
 *
 * @param connect handshake with the server, port wait not included; 1 ms to 1 day, like all that follow
 * @param portWait standing in line for a source port; 0 = not at all
 * @param idle no byte in either direction while both directions are open
 * @param halfClosed no byte in the open direction after the other one was closed; then the rest is reset
 * @param drain how long a stop waits for open exchanges before it resets them; 0 = not at all
 * @param clientHeader HTTP: from accept to the first byte, then from the first byte of a head to its end; SOCKS5: from accept to the end of
 *     the request. It begins anew when a password is checked, and for SOCKS5 also when it proves right
 * @param resolve answer of the name service
 * @param clientIdle between two requests of an HTTP client's connection
 * @param serverIdle how long an HTTP server's connection is kept for the next request
 * @param serverLifetime age from which an HTTP server's connection is not used again
 */
public record Timeouts(
        Duration connect,
        Duration portWait,
        Duration idle,
        Duration halfClosed,
        Duration drain,
        Duration clientHeader,
        Duration resolve,
        Duration clientIdle,
        Duration serverIdle,
        Duration serverLifetime) {
    // Before DEFAULTS, whose constructor reads them.
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** 10 s, 5 s, 5 min, 30 s, 30 s, 10 s, 5 s; 60 s, 30 s, 10 min. */
    public static final Timeouts DEFAULTS = new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10));

    public Timeouts {
        checkRange("connect", connect, SHORTEST);
        checkRange("portWait", portWait, Duration.ZERO);
        checkRange("idle", idle, SHORTEST);
        checkRange("halfClosed", halfClosed, SHORTEST);
        checkRange("drain", drain, Duration.ZERO);
        checkRange("clientHeader", clientHeader, SHORTEST);
        checkRange("resolve", resolve, SHORTEST);
        checkRange("clientIdle", clientIdle, SHORTEST);
        checkRange("serverIdle", serverIdle, SHORTEST);
        checkRange("serverLifetime", serverLifetime, SHORTEST);
    }

    /** With the defaults between HTTP requests. */
    public Timeouts(
            Duration connect,
            Duration portWait,
            Duration idle,
            Duration halfClosed,
            Duration drain,
            Duration clientHeader,
            Duration resolve) {
        this(
                connect,
                portWait,
                idle,
                halfClosed,
                drain,
                clientHeader,
                resolve,
                DEFAULTS.clientIdle,
                DEFAULTS.serverIdle,
                DEFAULTS.serverLifetime);
    }

    private static void checkRange(String name, Duration value, Duration shortest) {
        if (value.compareTo(shortest) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("timeouts." + name + " is " + value.toMillis() + " ms; give a time from "
                    + shortest.toMillis() + " ms to 24 h");
        }
    }
}
