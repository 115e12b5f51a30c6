package dev.tidewait.lab.reload;

import java.util.Optional;

/**
 * A configuration file, and what must come of it. Immutable.
 *
 * @param file its text
 * @param after what applies after the reload
 * @param refusal empty = the file applies
 */
record Written(String file, ConfigurationText after, Optional<Refusal> refusal) {
    /**
     * How a wrong file is refused. Immutable.
     *
     * @param status of the answer to a POST
     * @param words in what is said about it, and in nothing that is said about another file
     */
    record Refusal(int status, String words) {}

    private static final int WRONG_FILE = 400;
    private static final int IMPOSSIBLE_HERE = 422;

    static Written valid(ConfigurationText after) {
        return new Written(after.yaml(), after, Optional.empty());
    }

    /** Cannot be read as a configuration. */
    static Written wrong(String file, ConfigurationText before, String words) {
        return new Written(file, before, Optional.of(new Refusal(WRONG_FILE, words)));
    }

    /** Can be read, and cannot apply on this host. */
    static Written impossible(String file, ConfigurationText before, String words) {
        return new Written(file, before, Optional.of(new Refusal(IMPOSSIBLE_HERE, words)));
    }
}
