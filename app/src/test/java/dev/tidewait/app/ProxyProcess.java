package dev.tidewait.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** {@code tidewait proxy} as a process of its own, in the calling thread's network namespace. Used by one thread. */
final class ProxyProcess implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;
    private static final int SOCKET_MILLIS = 20_000;

    private final Process process;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();

    private ProxyProcess(Process process) {
        this.process = process;
        Thread.ofPlatform().daemon().name("proxy-stderr").start(() -> {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
            } catch (IOException | java.io.UncheckedIOException e) {
                lines.add("cannot read stderr any more: " + e);
            }
        });
    }

    /** @param arguments after {@code tidewait proxy} */
    static ProxyProcess start(String... arguments) throws IOException {
        return command("proxy", arguments);
    }

    /** @param arguments after the command's name */
    static ProxyProcess command(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                TidewaitMain.class.getName(),
                name));
        command.addAll(List.of(arguments));
        return new ProxyProcess(new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Waits for a line of stderr. */
    String awaitLine(Predicate<String> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (true) {
            String line = lines.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new AssertionError("the line did not come; stderr: " + seen);
            }
            seen.add(line);
            if (wanted.test(line)) {
                return line;
            }
        }
    }

    ProxyProcess awaitReady() throws InterruptedException {
        awaitLine(line -> line.startsWith("ready after"));
        return this;
    }

    /** Everything on stderr that was waited for. */
    String stderr() {
        return String.join("\n", seen);
    }

    /** SIGTERM; unlike {@code Process.destroy()} it leaves stderr open. */
    void terminate() {
        if (!process.toHandle().destroy()) {
            throw new AssertionError("the process has ended already; stderr: " + seen);
        }
    }

    void interrupt() throws IOException, InterruptedException {
        signal("INT");
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits for the end. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the process does not end; stderr: " + seen);
        }
        String line = lines.poll(1, TimeUnit.SECONDS);
        while (line != null) {
            seen.add(line);
            line = lines.poll(100, TimeUnit.MILLISECONDS);
        }
        return process.exitValue();
    }

    /** The whole answer of the admin endpoint at its usual place. */
    static String admin(String path) throws IOException {
        return exchange(8404, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    /** Sends a text and reads to the end. */
    static String exchange(int port, String text) throws IOException {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(SOCKET_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), SOCKET_MILLIS);
        return socket;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
