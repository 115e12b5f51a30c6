package dev.tidewait.proxy;

import dev.tidewait.netty.ConnectFailedException;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.names.NameFailure;

/** What one listener counts; adapters to a metrics system live outside. Called on event loops: must be thread-safe and never block. */
public interface ListenerMetrics {
    /** A client connected. */
    void accepted();

    /**
     * A server connection was opened.
     *
     * @param portWaitMillis time in line for a source port
     * @param connectNanos time from the request for a connection to the connection, port wait included
     */
    void connected(long portWaitMillis, long connectNanos);

    /** A server's name led to no address. */
    void nameFailed(NameFailure why);

    /** A server connection could not be opened; the exchange may still succeed with the next server. */
    void connectFailed(ConnectFailedException.Reason reason);

    /** The head of an HTTP request was read. */
    void requested();

    /** An HTTP request is sent to a server; a request that is repeated counts twice. */
    void requestSent(SentOver connection);

    /**
     * An exchange ended; one for each {@link #accepted()}.
     *
     * @param bytesUp bytes from the client, request head included
     * @param bytesDown bytes from the server
     * @param durationNanos time since accept
     */
    void ended(EndCause cause, long bytesUp, long bytesDown, long durationNanos);
}
