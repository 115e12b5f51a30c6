package dev.tidewait.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;

/** {@code tidewait proxy} as a process of its own, in the calling thread's network namespace. Used by one thread. */
final class ProxyProcess implements AutoCloseable {
    private static final int SOCKET_MILLIS = 20_000;

    private final CommandProcess process;

    private ProxyProcess(CommandProcess process) {
        this.process = process;
    }

    /** @param arguments after {@code tidewait proxy} */
    static ProxyProcess start(String... arguments) throws IOException {
        return command("proxy", arguments);
    }

    /** @param arguments after the command's name */
    static ProxyProcess command(String name, String... arguments) throws IOException {
        List<String> command = CommandProcess.java(TidewaitMain.class, name);
        command.addAll(List.of(arguments));
        return new ProxyProcess(
                CommandProcess.start(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)));
    }

    /** Waits for a line of stderr. */
    String awaitLine(Predicate<String> wanted) throws InterruptedException {
        return process.err().await(wanted);
    }

    ProxyProcess awaitReady() throws InterruptedException {
        awaitLine(line -> line.startsWith("ready after"));
        return this;
    }

    /** Everything on stderr that was waited for. */
    String stderr() {
        return process.err().seen();
    }

    /** SIGTERM. */
    void terminate() throws IOException, InterruptedException {
        signal("TERM");
    }

    void interrupt() throws IOException, InterruptedException {
        signal("INT");
    }

    void signal(String name) throws IOException, InterruptedException {
        process.signal(name);
    }

    /** Waits for the end, and for all that is on stderr. */
    int exitCode() throws InterruptedException {
        int exitCode = process.exitCode();
        process.err().all();
        return exitCode;
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
        process.close();
    }
}
