package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;

/** Ends the reading of a message from any depth; the readers turn it into an outcome. Without a stack trace, because strangers cause it. */
final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    private final ProxyError error;
    private final String text;

    Malformed(ProxyError error, String text) {
        super(text, null, false, false);
        this.error = error;
        this.text = text;
    }

    Failure failure(boolean bodyAllowed) {
        return new Failure(error, text, bodyAllowed);
    }
}
