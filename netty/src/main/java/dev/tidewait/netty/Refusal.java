package dev.tidewait.netty;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.Ending;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Locale;

/** Why bind() or connect() failed, told apart by what Netty's transports throw. */
enum Refusal {
    /** connect(): EADDRNOTAVAIL, the four-tuple is held by the kernel. */
    TUPLE_IN_USE(Reason.LOCAL, Ending.Close.REFUSED),
    /** bind(): EADDRINUSE, somebody holds the port without SO_REUSEADDR, or listens. */
    PORT_IN_USE(Reason.LOCAL, Ending.Close.REFUSED),
    /** bind(): EADDRNOTAVAIL, the source is not an address of this host. */
    SOURCE_GONE(Reason.LOCAL, Ending.Close.REFUSED),
    /** The peer answered the SYN with RST. */
    REFUSED(Reason.REFUSED, Ending.Close.REFUSED),
    /** No route, or an ICMP error. */
    UNREACHABLE(Reason.UNREACHABLE, Ending.Close.SYN_TIMED_OUT),
    /** The kernel gave up on its SYN. */
    TIMED_OUT(Reason.TIMED_OUT, Ending.Close.SYN_TIMED_OUT),
    /** Reset in the middle of the handshake. */
    RESET(Reason.RESET, Ending.Close.REFUSED),
    /** Anything else of this host. */
    LOCAL(Reason.LOCAL, Ending.Close.SYN_TIMED_OUT);

    private final Reason reason;
    private final Ending.Close ending;

    Refusal(Reason reason, Ending.Close ending) {
        this.reason = reason;
        this.ending = ending;
    }

    Reason reason() {
        return reason;
    }

    Ending.Close ending() {
        return ending;
    }

    /** Whether another port or source may do better. */
    boolean isTuple() {
        return this == TUPLE_IN_USE || this == PORT_IN_USE || this == SOURCE_GONE;
    }

    /**
     * Netty names the system call and the C library's text of the error; the classes alone do not tell EADDRNOTAVAIL of bind() and
     * of connect() apart.
     */
    static Refusal of(Throwable cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("cannot assign requested address")) {
            return text.contains("bind") ? SOURCE_GONE : TUPLE_IN_USE;
        }
        if (text.contains("address already in use")) {
            return PORT_IN_USE;
        }
        if (text.contains("connection reset")) {
            return RESET;
        }
        if (text.contains("timed out")) {
            return TIMED_OUT;
        }
        if (cause instanceof NoRouteToHostException || text.contains("unreachable")) {
            return UNREACHABLE;
        }
        return cause instanceof ConnectException && text.contains("refused") ? REFUSED : LOCAL;
    }

    String message(Destination destination, Throwable cause) {
        return switch (this) {
            case TUPLE_IN_USE, PORT_IN_USE ->
                "the kernel refused every port tried towards " + destination
                        + ": another program uses this port block; see `ss -tan`, or name other ports in `sources.ports`";
            case SOURCE_GONE ->
                "cannot connect to " + destination + " from " + cause.getMessage()
                        + ": that source is not an address of this host; check `sources.addresses` and `ip address`";
            case REFUSED -> "connection refused by " + destination + ": nothing listens there";
            case UNREACHABLE -> destination + " is unreachable: no route, or a router said so";
            case TIMED_OUT -> "no answer from " + destination;
            case RESET -> destination + " reset the connection while it was being opened";
            case LOCAL -> "cannot connect to " + destination + ": " + cause.getMessage();
        };
    }
}
