package dev.tidewait.app;

/** Exit codes of every command; also in the help texts and in the README. The launcher adds 3 and above. */
final class ExitCode {
    /** Done. */
    static final int OK = 0;
    /** It was tried and failed; stderr says what, why and what to do. */
    static final int FAILED = 1;
    /** The command line is wrong; nothing was done. */
    static final int USAGE = 2;

    private ExitCode() {}
}
