package dev.tidewait.proxy.facts;

import dev.tidewait.proxy.failure.EndCause;

/** Whose FIN or RST came first. */
public enum Closer {
    CLIENT("client"),
    SERVER("server"),
    /** A deadline, a refusal, a stop. */
    PROXY("proxy");

    private final String word;

    Closer(String word) {
        this.word = word;
    }

    /** Where no FIN was seen before the end. */
    static Closer of(EndCause cause) {
        return switch (cause) {
            case CLIENT_CLOSED, CLIENT_RESET, NO_REQUEST -> CLIENT;
            case SERVER_CLOSED, SERVER_RESET, BAD_RESPONSE -> SERVER;
            case IDLE, HALF_CLOSED, SERVED, DRAINED, REFUSED, TOO_MANY, NOT_CONNECTED, INTERNAL_ERROR -> PROXY;
        };
    }

    /** As logs write it. */
    @Override
    public String toString() {
        return word;
    }
}
