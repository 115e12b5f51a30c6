package dev.tidewait.app;

/**
 * Where the log goes: to stderr, one line each, with time and short names. The constant part is in {@code simplelogger.properties}; this
 * class has what the command line decides. No state.
 */
final class Logging {
    private static final String PROVIDER = "slf4j.provider";

    private Logging() {}

    /** Names the one backend there is, for which SLF4J would else look into every jar. To be called before the first logger is made. */
    static void prepare() {
        if (System.getProperty(PROVIDER) == null) {
            System.setProperty(PROVIDER, "org.slf4j.simple.SimpleServiceProvider");
            System.setProperty("slf4j.internal.verbosity", "WARN"); // else it says that it was told
        }
    }

    /** Shows debug messages too. To be called before the first logger is made. */
    static void verbose() {
        System.setProperty("org.slf4j.simpleLogger.log.dev.tidewait", "debug");
    }
}
