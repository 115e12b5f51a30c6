package dev.tidewait.proxy;

import dev.tidewait.proxy.failure.Failure;

/** What the proxy itself says to one request. Immutable. */
sealed interface OwnAnswer {
    /** Why it cannot be served. */
    record Refusal(Failure failure) implements OwnAnswer {}

    /** To OPTIONS: what may be asked for (RFC 9110, section 9.3.7). */
    record Offer() implements OwnAnswer {}

    /** To TRACE: what has arrived (RFC 9110, section 9.3.8). */
    record Echo() implements OwnAnswer {}
}
