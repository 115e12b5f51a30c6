package dev.tidewait.proxy.failure;

/** Why an exchange ended; the first reason that is not a plain close counts. */
public enum EndCause {
    /** Both directions closed with FIN, the client's first. */
    CLIENT_CLOSED,
    /** Both directions closed with FIN, the server's first. */
    SERVER_CLOSED,
    /** The last answer was complete, and the proxy closed first: one of the two had asked for that, or the proxy is about to stop. */
    SERVED,
    /** The client sent RST, or left before there was anything to relay. */
    CLIENT_RESET,
    /** The server sent RST. */
    SERVER_RESET,
    /** No byte for {@code timeouts.idle}. */
    IDLE,
    /** No byte for {@code timeouts.halfClosed} after one direction was closed. */
    HALF_CLOSED,
    /** Still open at the end of {@code timeouts.drain}. */
    DRAINED,
    /** Not allowed by the access rules, or the request could not be read; see the status for CONNECT. */
    REFUSED,
    /** Its client has more connections, or opens them faster, than {@code access.limits} allows. */
    TOO_MANY,
    /** The client sent nothing. */
    NO_REQUEST,
    /** No connection to a server; the listener counts why. */
    NOT_CONNECTED,
    /** The server's response broke the rules of HTTP, or ended too early. */
    BAD_RESPONSE,
    /** A bug; the log has it. */
    INTERNAL_ERROR
}
