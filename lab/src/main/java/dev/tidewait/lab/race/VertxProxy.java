package dev.tidewait.lab.race;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.Topology;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A program of its own: Vert.x's reverse proxy with an event loop for each core, on epoll, and room for all connections; all else as its makers
 * set it. Its arguments: ADDRESS:PORT to listen at, ADDRESS:PORT of the server, and whether connections to it are kept (true, false). Lives until
 * it is told to stop.
 */
public final class VertxProxy extends VerticleBase {
    /** Each loop may have all that are in flight; Vert.x's own 5 would be what is measured. */
    private static final int CONNECTIONS_EACH = 64;

    private static final String VERSION = "/META-INF/vertx/vertx-version.txt";

    private final InetSocketAddress listen;
    private final InetSocketAddress origin;
    private final boolean isKept;

    private VertxProxy(InetSocketAddress listen, InetSocketAddress origin, boolean isKept) {
        this.listen = listen;
        this.origin = origin;
        this.isKept = isKept;
    }

    /** How it is run, with the flags that Tidewait has too. */
    static List<String> command(Topology topology, boolean isKept) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseParallelGC",
                "-XX:+UseCompactObjectHeaders",
                "-cp",
                System.getProperty("java.class.path"),
                VertxProxy.class.getName(),
                LoadPlan.endpoint(topology.proxyListener()),
                LoadPlan.endpoint(topology.origin()),
                Boolean.toString(isKept));
    }

    /** As its core says. */
    static String version() {
        try (InputStream text = Vertx.class.getResourceAsStream(VERSION)) {
            return "Vert.x "
                    + (text == null
                            ? "of an unknown version"
                            : new String(text.readAllBytes(), StandardCharsets.US_ASCII).strip());
        } catch (IOException e) {
            throw new LabException("cannot read the version of Vert.x: " + e.getMessage(), e);
        }
    }

    public static void main(String[] arguments) {
        InetSocketAddress listen = endpoint(arguments[0]);
        InetSocketAddress origin = endpoint(arguments[1]);
        boolean isKept = Boolean.parseBoolean(arguments[2]);
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        vertx.deployVerticle(
                        () -> new VertxProxy(listen, origin, isKept),
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors()))
                .onFailure(failure -> {
                    System.err.println("cannot listen at " + listen + ": " + failure);
                    vertx.close();
                });
    }

    @Override
    public Future<HttpServer> start() {
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(isKept), new PoolOptions().setHttp1MaxSize(CONNECTIONS_EACH));
        // The server's Connection: close would be passed on to a client whose connection is then not closed.
        HttpProxy proxy = HttpProxy.reverseProxy(client)
                .addInterceptor(new WithoutConnection())
                .origin(origin.getPort(), origin.getAddress().getHostAddress());
        return vertx.createHttpServer()
                .requestHandler(proxy)
                .listen(listen.getPort(), listen.getAddress().getHostAddress());
    }

    /** Takes a hop-by-hop field out of answers. */
    private static final class WithoutConnection implements ProxyInterceptor {
        @Override
        public Future<Void> handleProxyResponse(ProxyContext context) {
            context.response().headers().remove(HttpHeaders.CONNECTION);
            return context.sendResponse();
        }
    }

    /** From ADDRESS:PORT. */
    private static InetSocketAddress endpoint(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
