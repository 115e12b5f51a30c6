package dev.tidewait.app.binding;

/**
 * One thing that is wrong with a configuration file. Immutable.
 *
 * @param file the file as the user named it
 * @param position where
 * @param message one line: what is wrong, why, and what to do
 */
public record Problem(String file, Position position, String message) {
    /** The form that compilers use and editors can jump to: {@code file:line:column: message}. */
    @Override
    public String toString() {
        return file + ":" + position.line() + ":" + position.column() + ": " + message;
    }
}
