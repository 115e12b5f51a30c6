package dev.tidewait.evidence.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.fixture.Host;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The peer's network, which delivers segments once more: {@code late_copies.py} on its device. Used by one thread. */
final class LateCopies implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;

    /**
     * A segment as the kernel stamped it.
     *
     * @param fromPeer it went towards the host that is watched
     * @param kind S, F, D, A or R
     */
    record Frame(boolean fromPeer, String kind, long nanos) {}

    private LateCopies(Process process) {
        this.process = process;
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
    }

    static LateCopies start(Host peer, String device) {
        try (InputStream script = LateCopies.class.getResourceAsStream("late_copies.py")) {
            assertThat(script).isNotNull();
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            Process process = peer.call(() -> new ProcessBuilder("python3", "-c", text, device)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
            LateCopies copies = new LateCopies(process);
            assertThat(copies.answers.readLine()).isEqualTo("ready");
            return copies;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Delivers a copy of the last segment of a kind that went to this port. */
    void again(int port, String kind) {
        assertThat(ask("again " + port + " " + kind)).isEqualTo("sent");
    }

    /** As {@link #again}, of a connection that the peer opened from this port. */
    void againOfPeers(int port, String kind) {
        assertThat(ask("again " + -port + " " + kind)).isEqualTo("sent");
    }

    /** Keeps the last segment of a kind that went to this port for {@link #againKept}. */
    void keep(int port, String kind) {
        assertThat(ask("keep " + port + " " + kind)).isEqualTo("kept");
    }

    void againKept(int port, String kind) {
        assertThat(ask("again " + port + " " + kind + "0")).isEqualTo("sent");
    }

    /** All segments seen with this port of the watched host, or minus the peer's port. */
    List<Frame> frames(int port) {
        List<Frame> frames = new ArrayList<>();
        for (String word : ask("frames " + port).split(" ")) {
            String[] parts = word.split(":");
            if (parts.length == 3) {
                frames.add(new Frame(parts[0].equals("o"), parts[1], Long.parseLong(parts[2])));
            }
        }
        return frames;
    }

    private String ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            return String.valueOf(answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
