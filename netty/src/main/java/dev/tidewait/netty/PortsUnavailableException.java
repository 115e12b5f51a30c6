package dev.tidewait.netty;

/** The wanted ports cannot be used here. The message says why and what to do. */
public final class PortsUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whether another instance owns them, in contrast to a setting that cannot work. */
    private final boolean heldByAnother;

    PortsUnavailableException(String message) {
        this(message, false);
    }

    PortsUnavailableException(String message, boolean heldByAnother) {
        super(message);
        this.heldByAnother = heldByAnother;
    }

    public boolean heldByAnother() {
        return heldByAnother;
    }
}
