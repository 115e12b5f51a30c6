package dev.tidewait.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The JDK's web server in the server's namespace, on port 80 and, with a certificate of its own making, on port 443: {@code /files} shows a
 * folder, {@link WebPages} says what else there is. It remembers what was asked for. Any thread.
 */
final class WebOrigin implements AutoCloseable {
    /** In the certificate; who looks it up must know it from a hosts file. */
    static final String NAME = "origin.lab";

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final HttpServer http;
    private final HttpsServer https;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final TestCertificate certificate;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private WebOrigin(HttpServer http, HttpsServer https, TestCertificate certificate) {
        this.http = http;
        this.https = https;
        this.certificate = certificate;
    }

    /**
     * Starts it.
     *
     * @param folder where certificate and key are made
     * @param files what {@code /files} shows
     */
    static WebOrigin start(Topology topology, Path folder, Path files) throws Exception {
        String host = topology.origin().getAddress().getHostAddress();
        TestCertificate certificate = TestCertificate.make(topology.server(), folder, "IP:" + host + ",DNS:" + NAME);
        HttpServer http = topology.server().call(() -> HttpServer.create(new InetSocketAddress(host, HTTP_PORT), 0));
        HttpsServer https =
                topology.server().call(() -> HttpsServer.create(new InetSocketAddress(host, HTTPS_PORT), 0));
        WebOrigin origin = new WebOrigin(http, https, certificate);
        https.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
        for (HttpServer server : List.of(http, https)) {
            server.setExecutor(origin.threads);
            server.start();
        }
        origin.serve(WebPages.all());
        origin.serve(Map.of("/files", SimpleFileServer.createFileHandler(files)));
        return origin;
    }

    /** Adds pages, by the beginning of their paths. */
    void serve(Map<String, HttpHandler> pages) {
        pages.forEach((path, page) -> {
            for (HttpServer server : List.of(http, https)) {
                server.createContext(path, noted(page));
            }
        });
    }

    private HttpHandler noted(HttpHandler handler) {
        return exchange -> {
            note(exchange);
            handler.handle(exchange);
        };
    }

    private void note(HttpExchange exchange) throws IOException {
        if (!requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI())) {
            throw new IOException("a list takes everything");
        }
    }

    /** ADDRESS:PORT of the one with TLS. */
    String endpoint() {
        return LoadPlan.endpoint(https.getAddress());
    }

    Path certificate() {
        return certificate.pem();
    }

    TestCertificate tls() {
        return certificate;
    }

    /** "METHOD PATH?QUERY" of every request so far. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        http.stop(0);
        https.stop(0);
        threads.shutdownNow();
    }
}
