package dev.tidewait.lab.race;

/** How clients go through a contestant. */
enum Passage {
    /** A byte up, a byte down: TCP listeners, {@code mode tcp}, {@code stream}. */
    BYTES,
    /** HTTP, one request on each connection, to client and server alike. */
    HTTP,
    /** HTTP, kept connections on both sides. */
    HTTP_KEPT,
    /** {@code CONNECT}, then as bytes. */
    TUNNEL
}
