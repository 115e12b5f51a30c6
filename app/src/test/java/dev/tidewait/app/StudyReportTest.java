package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The report in Debian's Chromium, whose every request goes through a proxy that keeps them. */
@Timeout(120)
class StudyReportTest {
    private static final String PAGE = "http://report.example/";
    /** Chromium asks these for itself, whatever page is shown. */
    private static final String OWN_REQUESTS = ".*(google|googleapis|gvt1|gstatic)\\.com.*";

    @TempDir
    private Path folder;

    private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();

    @Test
    void shouldBeShownWithoutAnyRequest() throws Exception {
        String shown = show(report());

        assertThat(shown)
                .contains("<svg", "Closed by FIN", "</html>")
                .contains("Share of connections with a later segment");
        assertThat(requests).as("requests").containsExactly("GET " + PAGE + " HTTP/1.1");
        Path screenshot = folder.resolve("report.png");
        assertThat(Files.size(screenshot))
                .as("bytes of a picture that shows something")
                .isGreaterThan(40_000);
    }

    @Test
    void shouldSeeTheRequestOfAPageThatMakesOne() throws Exception {
        show("<!DOCTYPE html><link rel=\"icon\" href=\"data:,\"><img src=\"http://elsewhere.example/x.png\">");

        assertThat(requests)
                .containsExactly("GET " + PAGE + " HTTP/1.1", "GET http://elsewhere.example/x.png HTTP/1.1");
    }

    private String report() throws IOException {
        Path capture = Files.write(folder.resolve("known.pcap"), StudyCommandTest.known());
        Path report = folder.resolve("report.html");
        assertThat(CommandRun.of("study", "--html", report.toString(), capture.toString())
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        return Files.readString(report, UTF_8);
    }

    /** What the page looks like to Chromium after it was loaded. */
    private String show(String page) throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().name("report-proxy").start(() -> serve(proxy, page));
            Path output = folder.resolve("dom.html");
            Process chromium = new ProcessBuilder(
                            "chromium",
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-dev-shm-usage",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync",
                            "--window-size=1000,2400",
                            "--user-data-dir=" + folder.resolve("profile"),
                            "--proxy-server=http://127.0.0.1:" + proxy.getLocalPort(),
                            "--screenshot=" + folder.resolve("report.png"),
                            "--dump-dom",
                            PAGE)
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!chromium.waitFor(100, TimeUnit.SECONDS)) {
                chromium.destroyForcibly();
                throw new AssertionError("Chromium does not end");
            }
            assertThat(chromium.exitValue()).isZero();
            return Files.readString(output, UTF_8);
        }
    }

    private void serve(ServerSocket proxy, String page) {
        while (!proxy.isClosed()) {
            try {
                Socket socket = proxy.accept();
                Thread.ofPlatform().daemon().name("report-answer").start(() -> answer(socket, page));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void answer(Socket socket, String page) {
        try (socket) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            String request = in.readLine();
            if (request == null) {
                return;
            }
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                // Headers do not matter.
            }
            if (!request.matches(OWN_REQUESTS)) {
                requests.add(request);
            }
            byte[] body = page.getBytes(UTF_8);
            boolean wanted = request.startsWith("GET " + PAGE + " ");
            String head = wanted
                    ? "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + body.length
                    : "HTTP/1.1 404 Not Found\r\nContent-Length: 0";
            socket.getOutputStream().write((head + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
            if (wanted) {
                socket.getOutputStream().write(body);
            }
        } catch (IOException e) {
            // Chromium went away.
        }
    }
}
