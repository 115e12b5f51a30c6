package dev.tidewait.app;

import dev.tidewait.linux.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Another host, joined to the calling thread's network namespace by veth: it echoes until the client's end, and notes where each connection came from. The
 * two are 10.201.0.1 and 10.201.0.2; beside them fd00:201::1 and ::2. Used by one thread.
 */
final class ServerHost implements AutoCloseable {
    static final String ADDRESS = "10.201.0.2";
    static final int PORT = 8080;
    private static final long DEADLINE_SECONDS = 60;

    private final ExecutorService host = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("server-host").factory());
    private final LinkedBlockingQueue<InetSocketAddress> clients = new LinkedBlockingQueue<>();
    private final ServerSocket server;

    ServerHost() throws Exception {
        int threadId = there(() -> {
            NetworkNamespace.enterNew();
            ip("link set lo up");
            return NetworkNamespace.callingThreadId();
        });
        ip("link add tw0 type veth peer name tw1 netns " + threadId);
        address("tw0", 1);
        there(() -> {
            address("tw1", 2);
            return true;
        });
        server = there(() -> new ServerSocket(PORT, 1_000, InetAddress.ofLiteral("::")));
        Thread.ofPlatform().daemon().name("server").start(this::serve);
    }

    private static void address(String device, int number) throws Exception {
        ip("link set " + device + " up");
        ip("address add 10.201.0." + number + "/24 dev " + device);
        ip("address add fd00:201::" + number + "/64 dev " + device + " nodad");
    }

    /** One more address to be reached by, in the same network. */
    void alsoBe(String address) throws Exception {
        there(() -> {
            ip("address add " + address + "/24 dev tw1");
            return true;
        });
    }

    /** Where the next connection came from, in the order in which they were accepted. */
    InetSocketAddress nextClient() throws InterruptedException {
        InetSocketAddress client = clients.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (client == null) {
            throw new AssertionError("nobody connects");
        }
        return client;
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                clients.add((InetSocketAddress) client.getRemoteSocketAddress());
                Thread.ofVirtual().start(() -> echo(client));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        }
    }

    private static void echo(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException reset) {
            // the client was killed
        }
    }

    private <T> T there(Callable<T> action) throws Exception {
        Future<T> result = host.submit(action);
        return result.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    static void ip(String arguments) throws Exception {
        Process process =
                new ProcessBuilder(("ip " + arguments).split(" ")).inheritIO().start();
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException("ip " + arguments + " failed");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        host.shutdownNow();
    }
}
