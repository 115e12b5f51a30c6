package dev.tidewait.app.configuration;

import java.nio.file.Path;

/** Where lines go. Immutable; {@code toString()} is what the file says. */
public sealed interface LogPlace {
    /** A stream that this process was given. */
    enum Stream implements LogPlace {
        STDOUT("stdout"),
        STDERR("stderr");

        private final String word;

        Stream(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** @param path absolute */
    record File(Path path) implements LogPlace {
        @Override
        public String toString() {
            return path.toString();
        }
    }
}
