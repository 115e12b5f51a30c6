package dev.tidewait.lab.product;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The product's own command line, as the launcher runs it. No state. */
public final class TidewaitProgram {
    private static final String MAIN = "dev.tidewait.app.TidewaitMain";
    /** The flags that the product's launcher gives it (jvm.flags). */
    private static final List<String> FLAGS =
            List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders");

    private static final String REAP = "reap";
    /** The launcher's too, for this command alone: it works for a few milliseconds at a time. */
    private static final String REAP_FLAG = "-XX:TieredStopAtLevel=1";

    private TidewaitProgram() {}

    public static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        if (arguments.getFirst().equals(REAP)) {
            command.add(REAP_FLAG);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        command.addAll(arguments);
        return command;
    }
}
