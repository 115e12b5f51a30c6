package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Later;

/** How an upstream's server is chosen. */
@Later({"least-connections"})
public enum Balance {
    /** One after the other. */
    ROUND_ROBIN("round-robin");

    private final String word;

    Balance(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
