package dev.tidewait.app.binding;

import java.util.List;

/**
 * How one kind of value is written in a configuration file. Immutable.
 *
 * @param type the Java type
 * @param what the value in words with an example, after "expected": {@code a duration such as 15s}
 * @param jsonTypes the types that JSON schema shall allow
 * @param plain whether only a plain scalar will do, never one in quotes
 * @param reader reads the text of a scalar
 */
public record ScalarType<T>(Class<T> type, String what, List<String> jsonTypes, boolean plain, Reader<T> reader) {
    /** Reads one value. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(String text) throws BadValueException;
    }

    /** A value that is written as text, in quotes or not. */
    public static <T> ScalarType<T> text(Class<T> type, String what, Reader<T> reader) {
        return new ScalarType<>(type, what, List.of("string"), false, reader);
    }

    /** A value that may look like a number to YAML. */
    public static <T> ScalarType<T> textOrNumber(Class<T> type, String what, Reader<T> reader) {
        return new ScalarType<>(type, what, List.of("integer", "string"), false, reader);
    }
}
