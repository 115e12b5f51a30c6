package dev.tidewait.linux;

/** What became of a request to destroy a TIME_WAIT socket. Immutable, any thread. */
public sealed interface DestroyOutcome {
    /** Removed; nothing was sent to the peer. */
    record Destroyed() implements DestroyOutcome {
        static final Destroyed INSTANCE = new Destroyed();
    }

    /** It had expired or had been taken over by a connect() before. */
    record AlreadyGone() implements DestroyOutcome {
        static final AlreadyGone INSTANCE = new AlreadyGone();
    }

    /** CAP_NET_ADMIN in the user namespace that owns the network namespace is missing. */
    record NotPermitted() implements DestroyOutcome {
        static final NotPermitted INSTANCE = new NotPermitted();
    }

    /** The kernel is older than 6.0 or was built without CONFIG_INET_DIAG_DESTROY. */
    record Unsupported() implements DestroyOutcome {
        static final Unsupported INSTANCE = new Unsupported();
    }

    /**
     * Anything else, such as a kernel short of memory; the socket may still be there.
     *
     * @param errno why
     */
    record Failed(Errno errno) implements DestroyOutcome {}

    /** True if this TIME_WAIT socket no longer exists. */
    default boolean isGone() {
        return this instanceof Destroyed || this instanceof AlreadyGone;
    }

    /** The outcome of a kernel result: 0 or minus errno. */
    static DestroyOutcome ofResult(int result) {
        return switch (-result) {
            case 0 -> Destroyed.INSTANCE;
            case 2 -> AlreadyGone.INSTANCE; // ENOENT
            case 1, 13 -> NotPermitted.INSTANCE; // EPERM, EACCES
            case 95 -> Unsupported.INSTANCE; // EOPNOTSUPP
            default -> new Failed(Errno.of(-result));
        };
    }
}
