package dev.tidewait.lab.program;

import dev.tidewait.lab.HttpRequests;
import dev.tidewait.lab.LabException;
import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program that connects for others. In each the client's end closes first, so that the program holds TIME_WAIT towards the server. Immutable.
 */
public enum PeerProgram {
    /** Bytes. */
    NGINX_STREAM("nginx"),
    /** HTTP/1.1 to the server without a pool of kept connections: nginx closes after each answer. */
    NGINX_HTTP("nginx"),
    /** Bytes: {@code mode tcp}. */
    HAPROXY("haproxy"),
    /** Tunnels: {@code CONNECT}, as most of a forward proxy's clients ask for. */
    SQUID("squid");

    private static final Pattern VERSION = Pattern.compile("(?i)version:? (?:nginx/)?(\\d[\\d.]*\\d)");
    private static final List<Path> FOLDERS =
            Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin").map(Path::of).toList();
    private static final long VERSION_SECONDS = 10;

    private final String executable;

    PeerProgram(String executable) {
        this.executable = executable;
    }

    /** Path of the executable. */
    public String path() {
        return FOLDERS.stream()
                .map(folder -> folder.resolve(executable))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new LabException("the program " + executable + " is missing in " + FOLDERS
                        + ": './tidewait lab peers' installs it as root on Debian or Ubuntu"))
                .toString();
    }

    /** Runs it in the foreground. */
    public List<String> command(Path configuration) {
        String file = configuration.toString();
        return switch (this) {
            case NGINX_STREAM, NGINX_HTTP ->
                List.of(path(), "-e", "stderr", "-p", configuration.getParent() + "/", "-c", file);
            case HAPROXY -> List.of(path(), "-db", "-f", file);
            case SQUID -> List.of(path(), "-N", "-f", file);
        };
    }

    /** Clients as the program expects them. */
    public LoadPlan speak(LoadPlan load, Topology topology) {
        return switch (this) {
            case NGINX_STREAM, HAPROXY -> load;
            case NGINX_HTTP -> load.withHttp(HttpRequests.DIRECT);
            case SQUID -> load.withConnectTo(LoadPlan.endpoint(topology.origin()));
        };
    }

    /** As the program itself says. */
    public String version() {
        try {
            Process process =
                    new ProcessBuilder(path(), "-v").redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS);
            Matcher found = VERSION.matcher(text);
            return executable + " " + (found.find() ? found.group(1) : "of an unknown version");
        } catch (IOException e) {
            throw new LabException("cannot ask " + path() + " for its version: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while asking for a version", e);
        }
    }

    /** As part of a cell's name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
