package dev.tidewait.ports;

/** What may be done with one four-tuple. */
public enum Decision {
    /** Bind and connect. */
    USE,
    /** Destroy the kernel's TIME_WAIT socket (guarded by its cookie), then bind and connect. */
    DESTROY_FIRST,
    /** Ask the kernel; use it only if the kernel holds nothing. */
    LOOK_UP_FIRST,
    /** Leave it alone. */
    SKIP
}
