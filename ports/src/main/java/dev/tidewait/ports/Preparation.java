package dev.tidewait.ports;

/** What the holder of a lease must do before it binds. */
public enum Preparation {
    /** Nothing. */
    NONE,
    /** Ask the kernel for the four-tuple; only if it holds nothing the lease may be used, else it is set aside. */
    LOOK_UP,
    /** Destroy the kernel's TIME_WAIT socket of this four-tuple with the lease's cookie. */
    DESTROY
}
