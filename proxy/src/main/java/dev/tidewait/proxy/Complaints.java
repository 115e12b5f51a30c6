package dev.tidewait.proxy;

import dev.tidewait.proxy.failure.ProxyError;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Tells the operator why a listener did not serve its clients, where the operator can change that: ports and descriptors, access rules and passwords,
 * names. Any thread.
 *
 * <p>Each kind has lines of its own, at most 5 in 10 s, so that one cannot drown the others.
 */
final class Complaints {
    private final RateLimitedLog localTrouble;
    private final RateLimitedLog refusals;
    private final RateLimitedLog nameTrouble;

    Complaints(Logger log) {
        localTrouble = new RateLimitedLog(log);
        refusals = new RateLimitedLog(log);
        nameTrouble = new RateLimitedLog(log);
    }

    /** @param text who was told what, and why; made only where it is logged */
    void of(ProxyError error, Supplier<String> text) {
        logFor(error).ifPresent(log -> log.warn(System.nanoTime(), text));
    }

    private Optional<RateLimitedLog> logFor(ProxyError error) {
        return switch (error) {
            case NO_PORT, LOCAL -> Optional.of(localTrouble);
            case CLIENT_DENIED, PORT_DENIED, ADDRESS_DENIED, NAME_DENIED, METHOD_DENIED, LOGIN_WRONG, LOGIN_UNCHECKED ->
                Optional.of(refusals);
            case NAME_UNKNOWN, NAME_FAILED, NAME_TIMEOUT, NAME_LINE_FULL -> Optional.of(nameTrouble);
            default -> Optional.empty();
        };
    }
}
