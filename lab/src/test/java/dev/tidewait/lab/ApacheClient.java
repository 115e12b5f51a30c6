package dev.tidewait.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.DigestOutputStream;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPut;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;

/** Apache HttpClient 5 behind a proxy, as a program: KIND PROXY-HOST PROXY-PORT URL. Prints what {@link JavaClient} prints. */
final class ApacheClient {
    private static final int PARALLEL = 20;
    private static final int THREADS = 5;
    private static final int TIMEOUT_SECONDS = 30;

    private final CloseableHttpClient client;
    private final URI url;
    private final PrintStream out;

    private ApacheClient(CloseableHttpClient client, URI url, PrintStream out) {
        this.client = client;
        this.url = url;
        this.out = out;
    }

    public static void main(String[] words) throws Exception {
        String[] kind = words[0].split("-", 2);
        boolean socks = kind[0].equals("socks");
        SocketConfig sockets = socks
                ? SocketConfig.custom()
                        .setSocksProxyAddress(new InetSocketAddress(words[1], Integer.parseInt(words[2])))
                        .build()
                : SocketConfig.DEFAULT;
        HttpClientBuilder builder = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDefaultSocketConfig(sockets)
                        .setTlsSocketStrategy(DefaultClientTlsStrategy.createSystemDefault())
                        .setMaxConnPerRoute(THREADS)
                        .build());
        if (!socks) {
            builder.setProxy(new HttpHost(words[1], Integer.parseInt(words[2])));
        }
        try (CloseableHttpClient http = builder.build()) {
            new ApacheClient(http, URI.create(words[3]), System.out).run(kind[1]);
        }
    }

    private void run(String kind) throws Exception {
        switch (kind) {
            case "get" -> ask(new HttpGet(url));
            case "thrice" -> {
                for (int i = 0; i < 3; i++) {
                    ask(new HttpGet(url));
                }
            }
            case "put" -> {
                HttpPut put = new HttpPut(url);
                put.setEntity(
                        new ByteArrayEntity(TestBytes.first(JavaClient.UPLOAD_BYTES), ContentType.DEFAULT_BINARY));
                ask(put);
            }
            case "put-expecting" -> {
                HttpPut put = new HttpPut(url);
                put.addHeader("Expect", "100-continue");
                InputStream content = new ByteArrayInputStream(TestBytes.first(JavaClient.UPLOAD_BYTES));
                put.setEntity(new InputStreamEntity(content, ContentType.DEFAULT_BINARY));
                ask(put);
            }
            case "parallel" -> parallel();
            default -> throw new IllegalArgumentException(kind);
        }
    }

    private void parallel() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            var all = IntStream.range(0, PARALLEL)
                    .mapToObj(i -> threads.submit(() -> {
                        ask(new HttpGet(url));
                        return i;
                    }))
                    .toList();
            for (Future<Integer> one : all) {
                one.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private void ask(HttpUriRequestBase request) throws Exception {
        String answer = client.execute(request, response -> answer(request.getMethod(), response));
        out.print(answer);
    }

    private static String answer(String method, ClassicHttpResponse response) throws IOException {
        InputStream body = response.getEntity().getContent();
        if (method.equals("PUT")) {
            return new String(body.readAllBytes(), US_ASCII) + " " + response.getCode() + "\n";
        }
        DigestOutputStream digest = new DigestOutputStream(OutputStream.nullOutputStream(), WebPages.sha256());
        body.transferTo(digest);
        return WebPages.hex(digest) + " " + response.getCode() + "\n";
    }
}
