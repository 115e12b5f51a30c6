package dev.tidewait.doctor.finding;

import java.util.ArrayList;
import java.util.List;

/**
 * What to do about a finding. Immutable, any thread.
 *
 * @param advice what to do, in words, where no command does it all; may be empty
 * @param commands for a root shell, to be run in this order; effective at once; empty where only a program's configuration helps
 * @param permanent commands for a root shell that let it survive a restart; empty where only whatever makes the container or namespace can
 * @param change what will be different
 * @param risk what may go wrong by it
 */
public record Fix(String advice, List<String> commands, List<String> permanent, String change, String risk) {
    public Fix {
        commands = List.copyOf(commands);
        permanent = List.copyOf(permanent);
    }

    /** Only words: no command does it. */
    static Fix byHand(String advice, String change, String risk) {
        return new Fix(advice, List.of(), List.of(), change, risk);
    }

    /** The same with one more command for good. */
    Fix alsoPermanent(String command) {
        List<String> all = new ArrayList<>(permanent);
        all.add(command);
        return new Fix(advice, commands, all, change, risk);
    }

    /** The same with this advice too. */
    Fix withAdvice(String text) {
        return new Fix(advice.isEmpty() ? text : advice + " " + text, commands, permanent, change, risk);
    }
}
