package dev.tidewait.proxy.facts;

import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.Failure;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The facts of one tunnel or one HTTP request, made when it has ended. Immutable. Texts come from clients and may hold anything; each is
 * at most {@link ExchangeFacts#MOST_CHARACTERS} long.
 *
 * @param beganMillis wall clock, milliseconds since 1970: the client's connection, or the first byte of a later request on it
 * @param durationNanos until its end
 * @param listener name of the listener
 * @param client address and port
 * @param user whom the client proved to be; empty = nobody asked
 * @param method of an HTTP request; empty = none was read
 * @param target as the client asked for it; empty = it did not
 * @param protocol such as HTTP/1.1; empty = none was read
 * @param status what the client was told: HTTP status, or reply field of SOCKS5; {@link #NOT_TOLD} = nothing
 * @param bytesUp from the client, request head included
 * @param bytesDown from the server
 * @param connectAttempts addresses and servers that a connection was asked for
 * @param connection the server connection, its source port, waits and age; empty = there was none
 * @param reused whether the server connection had served an earlier request
 * @param closedFirst whose FIN or RST came first
 * @param cause why it ended
 * @param failure what went wrong on the proxy's side of it; empty = nothing
 */
public record ExchangeRecord(
        long beganMillis,
        long durationNanos,
        String listener,
        ExchangeKind kind,
        InetSocketAddress client,
        String user,
        String method,
        String target,
        String protocol,
        int status,
        long bytesUp,
        long bytesDown,
        int connectAttempts,
        Optional<LeasedConnection> connection,
        boolean reused,
        Closer closedFirst,
        EndCause cause,
        Optional<Failure> failure) {
    /** A {@link #status} for clients that were told nothing. */
    public static final int NOT_TOLD = -1;
}
