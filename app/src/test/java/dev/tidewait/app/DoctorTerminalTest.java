package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code tidewait doctor} at a terminal, which script(1) plays. */
@Timeout(120)
final class DoctorTerminalTest {
    @Test
    void shouldFitItsTableIntoTheTerminal() throws Exception {
        InNamespace.run(() -> {
            try (ServerHost server = new ServerHost()) {
                new Socket(InetAddress.ofLiteral("fd00:201::2"), ServerHost.PORT).close();
                server.nextClient();

                assertThat(doctor(80))
                        .contains("  destination  from source", "  [fd00:201::2]:8080  from fd00:201::1")
                        .anyMatch(line -> line.startsWith("        live TIME_WAIT"));
                assertThat(doctor(200))
                        .anyMatch(line -> line.matches(" {2}\\[fd00:201::2\\]:8080 +fd00:201::1 +0 +1 .*"));
                return server;
            }
        });
    }

    private static List<String> doctor(int columns) throws Exception {
        String command = String.join(" ", CommandProcess.java(TidewaitMain.class, "doctor"));
        Process process = new ProcessBuilder("script", "-qec", "stty cols " + columns + "; " + command, "/dev/null")
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        assertThat(output).as("colour, because it is a terminal").contains("\u001b[");
        return output.lines().map(String::stripTrailing).toList();
    }
}
