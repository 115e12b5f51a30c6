package dev.tidewait.app;

/**
 * Where the log goes: to stderr, one line each, with time and short names. The constant part is in {@code simplelogger.properties}; this
 * class has what the command line decides. No state.
 */
final class Logging {
    private Logging() {}

    /** Shows debug messages too. To be called before the first logger is made. */
    static void verbose() {
        System.setProperty("org.slf4j.simpleLogger.log.dev.tidewait", "debug");
    }
}
