package dev.tidewait.proxy.names;

import java.io.IOException;

/** A look-up gave no address. The message says what happened, for {@link NameLookup#failure}. Immutable. */
final class NameFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final NameFailure why;

    NameFailedException(NameFailure why, String detail) {
        super(detail, null);
        this.why = why;
    }

    NameFailure why() {
        return why;
    }

    /** Nobody looks at where it was thrown, and a busy proxy makes many. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
