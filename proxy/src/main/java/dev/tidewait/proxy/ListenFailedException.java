package dev.tidewait.proxy;

import dev.tidewait.proxy.address.Addresses;
import java.net.BindException;
import java.net.InetSocketAddress;

/** An address cannot be listened on. The message says which, why, and what to do. Immutable. */
public final class ListenFailedException extends BindException {
    private static final long serialVersionUID = 1L;

    /** What is in the way. */
    public enum Reason {
        /** Another program listens there (EADDRINUSE). */
        IN_USE,
        /** This host does not have the address (EADDRNOTAVAIL). */
        NOT_HERE,
        /** The port needs a privilege (EACCES). */
        NOT_PERMITTED,
        /** Something else; the message has the system's own words. */
        OTHER
    }

    private final Reason reason;

    private ListenFailedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * Explains a failed bind(2) or listen(2).
     *
     * @param who begins the message: "Listener web"
     * @param where the address that was asked for
     * @param cause the failure, as Netty or the JDK reports it
     * @param elsewhere how to choose another address: "bind this listener elsewhere"
     */
    public static ListenFailedException of(String who, InetSocketAddress where, Throwable cause, String elsewhere) {
        String why = String.valueOf(cause.getMessage());
        Reason reason = reason(why);
        ListenFailedException failed = new ListenFailedException(
                reason,
                who + " cannot listen on " + Addresses.text(where) + ": " + why + ". "
                        + advice(reason, where.getPort(), elsewhere) + ".");
        failed.initCause(cause);
        return failed;
    }

    public Reason reason() {
        return reason;
    }

    /** Netty puts errno's text into its message, and so does the JDK; neither shows the number. */
    private static Reason reason(String why) {
        if (why.contains("in use")) {
            return Reason.IN_USE;
        }
        if (why.contains("assign requested address")) {
            return Reason.NOT_HERE;
        }
        return why.contains("ermission denied") ? Reason.NOT_PERMITTED : Reason.OTHER;
    }

    private static String advice(Reason reason, int port, String elsewhere) {
        return switch (reason) {
            case IN_USE ->
                "Another program has it; 'ss -ltnp sport = :" + port + "' shows which. Stop that one, or " + elsewhere;
            case NOT_HERE ->
                "No interface of this host has the address; 'ip address' shows those it has. Add it, or " + elsewhere;
            case NOT_PERMITTED ->
                "Ports below net.ipv4.ip_unprivileged_port_start (1024) need CAP_NET_BIND_SERVICE. Grant it, or "
                        + elsewhere;
            case OTHER -> "Make that possible, or " + elsewhere;
        };
    }
}
