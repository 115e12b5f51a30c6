package dev.tidewait.proxy;

/**
 * What clients of one listening address get: a kind of listener with its settings, and the way out. Immutable; a reload replaces it as a
 * whole, so whoever was accepted before keeps the listener of then. The access rules behind it are changed in place ({@link Doorkeepers}).
 */
record Service(Listener listener, Outbound outbound) {
    ListenerSettings settings() {
        return listener.settings();
    }
}
