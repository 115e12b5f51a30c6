package dev.tidewait.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code proxy}, {@code proxy -c FILE} and {@code proxy --config FILE}: what a service is started with, in a hurry. Used by the main thread.
 *
 * <p>The library that reads every other command line takes 0.1 s and some MiB to describe all commands to itself: its classes are too old
 * for the AOT cache. What it would make of these words is the same {@link ProxyRun}.
 */
public final class PlainStart {
    private static final String COMMAND = "proxy";
    private static final int BARE = 1;
    private static final int WITH_FILE = 3;

    private PlainStart() {}

    /** Runs one command and ends the process with its exit code. In this class, since {@link TidewaitMain} cannot be loaded without the library. */
    public static void main(String[] args) {
        Logging.prepare();
        System.exit(fits(args) ? run(args) : TidewaitMain.commandLine().execute(args));
    }

    /** Whether these words are one of the three. */
    static boolean fits(String[] args) {
        if (args.length == 0 || !args[0].equals(COMMAND)) {
            return false;
        }
        return args.length == BARE || (args.length == WITH_FILE && namesFile(args[1], args[2]));
    }

    /** A quoted or empty name, and one that looks like an option, are left to those who know the rules. */
    private static boolean namesFile(String option, String file) {
        return (option.equals("-c") || option.equals("--config"))
                && !file.isEmpty()
                && "-\"'@".indexOf(file.charAt(0)) < 0
                && file.indexOf('\0') < 0;
    }

    /**
     * Runs the proxy.
     *
     * @return the exit code
     */
    static int run(String[] args) {
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        Optional<Path> file = args.length == WITH_FILE ? Optional.of(Path.of(args[2])) : Optional.empty();
        try {
            return new ProxyRun(file, Optional.empty(), err).run();
        } catch (InterruptedException | RuntimeException | Error e) {
            e.printStackTrace(err);
            return ExitCode.FAILED;
        }
    }
}
