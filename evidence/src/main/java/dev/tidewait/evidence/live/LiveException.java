package dev.tidewait.evidence.live;

/** The watch cannot begin; the message says why and what to do. */
public final class LiveException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean forWantOfPrograms;

    LiveException(String message) {
        super(message);
        forWantOfPrograms = false;
    }

    LiveException(String message, Throwable cause) {
        super(message, cause);
        forWantOfPrograms = false;
    }

    private LiveException(String message, boolean forWantOfPrograms) {
        super(message);
        this.forWantOfPrograms = forWantOfPrograms;
    }

    static LiveException noPrograms(String message) {
        return new LiveException(message, true);
    }

    /** Whether this build has no BPF programs. */
    public boolean isForWantOfPrograms() {
        return forWantOfPrograms;
    }
}
