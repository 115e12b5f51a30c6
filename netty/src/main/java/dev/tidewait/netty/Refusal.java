package dev.tidewait.netty;

import dev.tidewait.linux.Errno;
import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.Ending;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** Whether another port may do better. */
    boolean isTuple() {
        return this == TUPLE_IN_USE || this == PORT_IN_USE;
    }

    private static final Pattern ERRNO = Pattern.compile("(\\w+)\\(\\.\\.\\) failed with error\\(-(\\d+)\\)");

    /**
     * Netty's native transports name the system call and the kernel's error number, which tell EADDRNOTAVAIL of bind() and of
     * connect() apart in every language. NIO has only the classes and the C library's text.
     */
    static Refusal of(Throwable cause) {
        if (cause instanceof NoRouteToHostException) {
            return UNREACHABLE; // native transports too, and without a number
        }
        Matcher errno = ERRNO.matcher(String.valueOf(cause.getMessage()));
        if (errno.find()) {
            return ofErrno(new Errno(Integer.parseInt(errno.group(2))), errno.group(1));
        }
        return ofClass(cause);
    }

    private static Refusal ofErrno(Errno errno, String call) {
        return switch (errno.symbol()) {
            case "EADDRNOTAVAIL" -> call.equals("bind") ? SOURCE_GONE : TUPLE_IN_USE;
            case "EADDRINUSE" -> PORT_IN_USE;
            case "ECONNRESET" -> RESET;
            case "ETIMEDOUT" -> TIMED_OUT;
            case "ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EHOSTDOWN" -> UNREACHABLE;
            case "ECONNREFUSED" -> REFUSED;
            default -> LOCAL;
        };
    }

    /** What NIO shows. The text is in the language of the process, so where it is not English less is told apart, and nothing wrongly. */
    private static Refusal ofClass(Throwable cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        // Netty wraps what NIO throws, to add the destination; a BindException becomes the cause of a plain
        // SocketException.
        if (cause instanceof BindException || cause.getCause() instanceof BindException) {
            return text.contains("already in use") ? PORT_IN_USE : TUPLE_IN_USE;
        }
        if (cause instanceof ConnectException) {
            return text.contains("timed out") ? TIMED_OUT : REFUSED;
        }
        if (text.contains("connection reset")) {
            return RESET;
        }
        return text.contains("unreachable") ? UNREACHABLE : LOCAL;
    }

    String message(Destination destination, InetSocketAddress from, Throwable cause) {
        return switch (this) {
            case TUPLE_IN_USE, PORT_IN_USE ->
                "the kernel refused every port tried towards " + destination
                        + ": another program uses this port block; see `ss -tan`, or name other ports in `sources.ports`";
            case SOURCE_GONE ->
                "cannot connect to " + destination + " from "
                        + from.getAddress().getHostAddress()
                        + ": that is not an address of this host (any more); check `sources.addresses` and `ip address`";
            case REFUSED -> "connection refused by " + destination + ": nothing listens there";
            case UNREACHABLE -> destination + " is unreachable: no route, or a router said so";
            case TIMED_OUT -> "no answer from " + destination;
            case RESET -> destination + " reset the connection while it was being opened";
            case LOCAL -> "cannot connect to " + destination + ": " + cause;
        };
    }
}
