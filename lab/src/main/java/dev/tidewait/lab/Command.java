package dev.tidewait.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A short set-up command ({@code ip}, {@code nft}) run inside a namespace. Any thread. */
final class Command {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private Command() {}

    /** Runs {@code ip -batch} on the lines. */
    static void ip(Namespace namespace, String... lines) {
        run(namespace, "iproute2", String.join("\n", lines), List.of("ip", "-batch", "-"));
    }

    /** Runs {@code nft -f} on the rules. */
    static void nft(Namespace namespace, String rules) {
        run(namespace, "nftables", rules, List.of("nft", "-f", "-"));
    }

    private static void run(Namespace namespace, String debianPackage, String input, List<String> command) {
        if (!onPath(command.getFirst())) {
            throw new LabException(
                    "the program " + command.getFirst() + " is missing: apt-get install " + debianPackage);
        }
        Process process = namespace.start(new ProcessBuilder(command).redirectErrorStream(true));
        try {
            try (var stdin = process.getOutputStream()) {
                stdin.write((input + "\n").getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LabException(describe(command, namespace) + " did not end within " + DEADLINE);
            }
            // Read after the end: these commands say less than a pipe holds.
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new LabException(
                        describe(command, namespace) + " failed: " + output.strip() + "\ninput was:\n" + input);
            }
        } catch (IOException e) {
            throw new LabException(describe(command, namespace) + " failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new LabException("interrupted in " + describe(command, namespace), e);
        }
    }

    private static boolean onPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        return Stream.of(path.split(":", -1)).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String describe(List<String> command, Namespace namespace) {
        return "'" + String.join(" ", command) + "' in namespace " + namespace.name();
    }
}
