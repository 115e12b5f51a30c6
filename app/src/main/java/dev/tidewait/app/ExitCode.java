package dev.tidewait.app;

/** Exit codes of every command; also in the help texts and in the README. The launcher adds 3, 4 and 5. */
final class ExitCode {
    /** Done. */
    static final int OK = 0;
    /** It was tried and failed; stderr says what, why and what to do. */
    static final int FAILED = 1;
    /** The command line or the configuration is wrong, or asks for what this host cannot do; nothing was done. */
    static final int USAGE = 2;
    /** An address to listen on, or the source ports, are in use by another program. */
    static final int TAKEN = 6;

    private ExitCode() {}
}
