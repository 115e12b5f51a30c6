package dev.tidewait.proxy.access;

import java.util.List;

/** A password file cannot be used; one sentence for each reason. */
public final class PasswordFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    PasswordFileException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** With the line's number where it is one line's, and with what to do. */
    public List<String> problems() {
        return problems;
    }
}
