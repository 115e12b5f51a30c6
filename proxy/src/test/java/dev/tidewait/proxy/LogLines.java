package dev.tidewait.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** What is logged while it is open; tests only, one at a time. */
final class LogLines implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    LogLines() {
        System.setErr(new PrintStream(bytes, true, UTF_8));
    }

    List<String> containing(String text) {
        return bytes.toString(UTF_8).lines().filter(line -> line.contains(text)).toList();
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
