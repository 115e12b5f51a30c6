package dev.tidewait.proxy.socks5;

import java.util.Optional;

/** How a client shows who it is (RFC 1928, section 3); others, GSSAPI among them, are not offered. */
public enum Method {
    /** Not at all: NO AUTHENTICATION REQUIRED. */
    NONE(0),
    /** By RFC 1929: USERNAME/PASSWORD. */
    PASSWORD(2);

    private final int code;

    Method(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Optional<Method> of(int code) {
        return code == NONE.code ? Optional.of(NONE) : code == PASSWORD.code ? Optional.of(PASSWORD) : Optional.empty();
    }
}
