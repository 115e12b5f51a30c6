package dev.tidewait.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Why a connection could not be opened. The message says what happened, why, and what to do. Immutable. */
public final class ConnectFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Whose trouble it is; {@link #NO_PORT} and {@link #LOCAL} are never the server's fault. */
    public enum Reason {
        /** No port past its floor came free before the deadline. */
        NO_PORT,
        /** The server answered the SYN with RST. */
        REFUSED,
        /** No answer before the deadline. */
        TIMED_OUT,
        /** Network or host unreachable. */
        UNREACHABLE,
        /** The connection was reset while it was being opened. */
        RESET,
        /** This host could not: descriptors, memory, permission, stopping. */
        LOCAL
    }

    private final Reason reason;
    private final transient InetSocketAddress destination;

    public ConnectFailedException(
            Reason reason, InetSocketAddress destination, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.destination = destination;
    }

    public Reason reason() {
        return reason;
    }

    public InetSocketAddress destination() {
        return destination;
    }
}
