package dev.tidewait.proxy.http1;

import java.util.Locale;

/** Whether servers are told the client's address. */
public enum ClientAddress {
    /** Nothing is added; what the client itself sent is passed on. */
    OFF,
    /** One {@code X-Forwarded-For} line is added behind those the client sent. */
    X_FORWARDED_FOR,
    /** One {@code Forwarded} line (RFC 7239) is added behind those the client sent. */
    FORWARDED;

    /** As the configuration writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
