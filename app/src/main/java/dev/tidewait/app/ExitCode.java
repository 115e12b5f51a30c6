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

    // As env(1), nohup(1) and timeout(1) have them, so that they are told from the codes of a command that is run.
    /** {@code run} has not started the command, for a reason of its own. */
    static final int NOT_STARTED = 125;
    /** The command of {@code run} is there and may not be executed. */
    static final int NOT_EXECUTABLE = 126;
    /** There is no such command to {@code run}. */
    static final int NO_COMMAND = 127;

    // Of doctor alone, whose 0, 1 and 2 say how the host is; the others as sysexits.h has them.
    /** Something will stop connections under more load. */
    static final int WARNINGS = 1;
    /** Something stops them. */
    static final int TROUBLE = 2;
    /** EX_USAGE: the command line is wrong. */
    static final int DOCTOR_USAGE = 64;
    /** EX_UNAVAILABLE: the host cannot be looked at. */
    static final int DOCTOR_FAILED = 69;

    static final String TAKEN_MEANS = "an address to listen on, or the source ports, are in use by another program";
    /** What the launcher adds, as one line of a help text. */
    static final String LAUNCHER = "3-5:from the launcher: no JDK, a package is missing, the build failed";

    private ExitCode() {}
}
