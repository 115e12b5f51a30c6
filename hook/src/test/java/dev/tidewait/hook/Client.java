package dev.tidewait.hook;

import dev.tidewait.linux.fixture.Host;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The program under the hook: client.py in a process of its own. Owned by one thread. */
final class Client implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final Writer lines;
    private final Path program;

    private Client(Process process, Path program) {
        this.process = process;
        this.program = program;
        this.answers = process.inputReader();
        this.lines = process.outputWriter();
    }

    /** Starts it in the host's namespace, and in the cgroup before it runs. */
    static Client start(Host host, Path cgroup) {
        try {
            Path program = Files.createTempFile("client", ".py");
            try (InputStream in = Objects.requireNonNull(Client.class.getResourceAsStream("client.py"), "client.py")) {
                Files.write(program, in.readAllBytes());
            }
            ProcessBuilder builder = new ProcessBuilder(
                            "sh",
                            "-c",
                            "echo $$ > \"$0\" && exec python3 -u \"$1\"",
                            cgroup.resolve("cgroup.procs").toString(),
                            program.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            return new Client(host.call(builder::start), program);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Says one line and reads the answer. */
    String say(String line) {
        try {
            lines.write(line + "\n");
            lines.flush();
            String answer = answers.readLine();
            if (answer == null || answer.startsWith("exception")) {
                throw new AssertionError(line + ": " + answer);
            }
            return answer;
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    /** Connects over IPv4; the source port. */
    int connect(String name, String host, int port) {
        return port(say("connect " + name + " 4 " + host + " " + port));
    }

    /** The port of an answer like {@code connected 10.0.0.1 20001}. */
    static int port(String answer) {
        String[] words = answer.split(" ");
        return Integer.parseInt(words[words.length - 1]);
    }

    /** Connects and finishes {@code count} times over IPv4; the source ports, negative where it failed. */
    List<Integer> series(String host, int port, int count, int threads) {
        String answer = say("series 4 " + host + " " + port + " " + count + " " + threads);
        return Arrays.stream(answer.split(" "))
                .map(word -> word.startsWith("!") ? -1 : Integer.parseInt(word))
                .toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            Files.deleteIfExists(program);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
