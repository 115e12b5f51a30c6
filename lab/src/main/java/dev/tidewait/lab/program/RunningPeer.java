package dev.tidewait.lab.program;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.LeashedProcess;
import dev.tidewait.lab.Namespace;
import dev.tidewait.lab.Topology;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A program in the proxy's namespace, with a folder of its own. Used by one thread; close it once. */
public final class RunningPeer implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS = 200;
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final LeashedProcess process;
    private final Path folder;
    private final long startedNanos;
    private long readyNanos;

    private RunningPeer(LeashedProcess process, Path folder, long startedNanos) {
        this.process = process;
        this.folder = folder;
        this.startedNanos = startedNanos;
    }

    /** Writes what the program reads at its start, and says how it is run. */
    @FunctionalInterface
    public interface Preparation {
        /**
         * The command.
         *
         * @param folder of its own, which everybody may write
         */
        List<String> commandIn(Path folder) throws IOException;
    }

    /**
     * Starts it and waits until clients can connect.
     *
     * @param source of HAProxy's server line; empty = the kernel's choice
     * @param launcher turns the command into the one that is run
     */
    public static RunningPeer start(
            Topology topology, PeerProgram program, String source, UnaryOperator<List<String>> launcher) {
        return start(topology, program.toString(), folder -> {
            String text = PeerConfiguration.of(program, topology.proxyListener(), topology.origin(), folder, source);
            return launcher.apply(program.command(write(folder, text)));
        });
    }

    /**
     * Starts a program of any kind and waits until clients can connect to the proxy's listener.
     *
     * @param name for messages
     */
    public static RunningPeer start(Topology topology, String name, Preparation preparation) {
        try {
            Path folder = Files.createTempDirectory("tidewait-lab-peer-");
            // Squid and nginx's workers give up root and must still reach their files.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            List<String> command = preparation.commandIn(folder);
            long startedNanos = System.nanoTime();
            RunningPeer peer = new RunningPeer(
                    LeashedProcess.start(topology.proxy(), name, LIFETIME, line -> {}, command), folder, startedNanos);
            peer.awaitReady(topology.client(), topology.proxyListener());
            return peer;
        } catch (IOException e) {
            throw new LabException("cannot write the configuration of " + name + ": " + e.getMessage(), e);
        }
    }

    /** A configuration as the only file of a folder. */
    public static Path write(Path folder, String configuration) throws IOException {
        return Files.writeString(folder.resolve("configuration"), configuration);
    }

    /** What was started, below its leash: the program, or Tidewait around it. */
    public ProcessHandle program() {
        return process.programs().getFirst();
    }

    /** From its start, leash included, to the first connect that it let in; looked at every 2 ms. */
    public Duration startUp() {
        return Duration.ofNanos(readyNanos - startedNanos);
    }

    /** @throws LabException if it has ended, with its last words */
    public void requireAlive() {
        if (!process.isAlive()) {
            throw new LabException("it ended under load: " + process.tail());
        }
    }

    private void awaitReady(Namespace clients, InetSocketAddress listener) {
        long end = System.nanoTime() + READY_DEADLINE.toNanos();
        while (!clients.call(() -> answers(listener))) {
            if (!process.isAlive() || System.nanoTime() > end) {
                String words = process.tail();
                close();
                throw new LabException("it does not listen at " + listener + ": " + words);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        readyNanos = System.nanoTime();
    }

    private static boolean answers(InetSocketAddress listener) {
        try (Socket socket = new Socket()) {
            socket.connect(listener, CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it, waits for its end, and removes its folder. */
    @Override
    public void close() {
        process.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new LabException("cannot remove " + folder + ": " + e.getMessage(), e);
        }
    }
}
