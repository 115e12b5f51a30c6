package dev.tidewait.lab.peers;

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

/** A peer in the proxy's namespace, with a folder of its own. Used by one thread; close it once. */
final class RunningPeer implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS = 200;
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final LeashedProcess process;
    private final Path folder;

    private RunningPeer(LeashedProcess process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /**
     * Starts it and waits until clients can connect.
     *
     * @param source of HAProxy's server line; empty = the kernel's choice
     * @param launcher turns the command into the one that is run
     */
    static RunningPeer start(
            Topology topology, PeerProgram program, String source, UnaryOperator<List<String>> launcher) {
        try {
            Path folder = Files.createTempDirectory("tidewait-lab-peer-");
            // Squid and nginx's workers give up root and must still reach their files.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            Path file = folder.resolve("configuration");
            Files.writeString(
                    file, PeerConfiguration.of(program, topology.proxyListener(), topology.origin(), folder, source));
            RunningPeer peer = new RunningPeer(
                    LeashedProcess.start(
                            topology.proxy(),
                            program.toString(),
                            LIFETIME,
                            line -> {},
                            launcher.apply(program.command(file))),
                    folder);
            peer.awaitReady(topology.client(), topology.proxyListener());
            return peer;
        } catch (IOException e) {
            throw new LabException("cannot write the configuration of " + program + ": " + e.getMessage(), e);
        }
    }

    /** What was started, below its leash: the program, or Tidewait around it. */
    ProcessHandle program() {
        return process.programs().getFirst();
    }

    /** @throws LabException if it has ended, with its last words */
    void requireAlive() {
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
