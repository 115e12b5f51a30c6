package dev.tidewait.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An HTTPS server with a certificate of its own making, in the server's namespace: {@code /bytes/N} gives N bytes, a PUT is answered
 * with the SHA-256 of what came, {@code /files} shows a folder. Any thread.
 */
final class HttpsOrigin implements AutoCloseable {
    private static final int PORT = 443;
    private static final String PASSWORD = "not a secret";
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final InetSocketAddress address;
    private final Path certificate;

    private HttpsOrigin(HttpsServer server, InetSocketAddress address, Path certificate) {
        this.server = server;
        this.address = address;
        this.certificate = certificate;
    }

    /**
     * Starts it.
     *
     * @param folder where certificate and key are made
     * @param files what {@code /files} shows
     */
    static HttpsOrigin start(Topology topology, Path folder, Path files) throws Exception {
        InetSocketAddress address = new InetSocketAddress(topology.origin().getAddress(), PORT);
        Path certificate = folder.resolve("certificate.pem");
        SSLContext context = context(topology, folder, certificate, address);
        HttpsServer server = topology.server().call(() -> HttpsServer.create(address, 0));
        HttpsOrigin origin = new HttpsOrigin(server, address, certificate);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(origin.threads);
        server.createContext("/bytes/", HttpsOrigin::give);
        server.createContext("/take", HttpsOrigin::take);
        server.createContext("/files", SimpleFileServer.createFileHandler(files));
        server.start();
        return origin;
    }

    private static SSLContext context(Topology topology, Path folder, Path certificate, InetSocketAddress address)
            throws Exception {
        Path key = folder.resolve("key.pem");
        Path store = folder.resolve("store.p12");
        String host = address.getAddress().getHostAddress();
        ClientProgram.run(
                topology.server(),
                DEADLINE,
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + host,
                "-addext",
                "subjectAltName=IP:" + host,
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        ClientProgram.run(
                topology.server(),
                DEADLINE,
                "openssl",
                "pkcs12",
                "-export",
                "-inkey",
                key.toString(),
                "-in",
                certificate.toString(),
                "-passout",
                "pass:" + PASSWORD,
                "-out",
                store.toString());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream bytes = Files.newInputStream(store)) {
            keys.load(bytes, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** ADDRESS:PORT. */
    String endpoint() {
        return LoadPlan.endpoint(address);
    }

    Path certificate() {
        return certificate;
    }

    private static void give(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        long size = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
        exchange.sendResponseHeaders(200, size);
        try (OutputStream body = exchange.getResponseBody()) {
            TestBytes.write(size, body);
        }
    }

    private static void take(HttpExchange exchange) throws IOException {
        DigestOutputStream digest = new DigestOutputStream(OutputStream.nullOutputStream(), sha256());
        exchange.getRequestBody().transferTo(digest);
        byte[] answer = hex(digest).getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(200, answer.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(answer);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    static String hex(DigestOutputStream digest) {
        return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
