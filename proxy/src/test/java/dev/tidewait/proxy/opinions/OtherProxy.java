package dev.tidewait.proxy.opinions;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of Debian's proxies, started on loopback in front of one origin, with what it writes in a directory of its own. */
final class OtherProxy implements AutoCloseable {
    private static final long START_MILLIS = 15_000;
    private static final long STOP_SECONDS = 5;
    private static final Pattern VERSION = Pattern.compile("(?i)version:? (?:nginx/)?(\\d[\\d.]*\\d)");

    /** Each with settings as near to its defaults as loopback allows; all without connections to the server that outlive a request. */
    enum Kind {
        HAPROXY("/usr/sbin/haproxy") {
            @Override
            List<String> command(Path config) {
                return List.of(program(), "-db", "-f", config.toString());
            }

            @Override
            String config(Path directory, int port, int origin) {
                return """
                    global
                      log stdout format raw local0 emerg
                    defaults
                      mode http
                      option httpclose
                      http-reuse never
                      timeout connect 2s
                      timeout client 5s
                      timeout server 5s
                      timeout http-request 5s
                    frontend in
                      bind 127.0.0.1:%d
                      default_backend out
                    backend out
                      server origin 127.0.0.1:%d
                    """.formatted(port, origin);
            }
        },
        NGINX("/usr/sbin/nginx") {
            @Override
            List<String> command(Path config) {
                return List.of(program(), "-e", "stderr", "-p", config.getParent() + "/", "-c", config.toString());
            }

            @Override
            String config(Path directory, int port, int origin) {
                return """
                    daemon off;
                    master_process off;
                    pid nginx.pid;
                    error_log stderr emerg;
                    events { worker_connections 256; }
                    http {
                      access_log off;
                      client_body_temp_path body;
                      proxy_temp_path proxy;
                      fastcgi_temp_path fastcgi;
                      uwsgi_temp_path uwsgi;
                      scgi_temp_path scgi;
                      server {
                        listen 127.0.0.1:%d;
                        location / {
                          proxy_pass http://127.0.0.1:%d;
                          proxy_http_version 1.1;
                        }
                      }
                    }
                    """.formatted(port, origin);
            }
        },
        SQUID("/usr/sbin/squid") {
            @Override
            List<String> command(Path config) {
                return List.of(program(), "-N", "-f", config.toString());
            }

            @Override
            String config(Path directory, int port, int origin) {
                return """
                    http_port 127.0.0.1:%d
                    cache_peer 127.0.0.1 parent %d 0 no-query no-digest no-netdb-exchange originserver
                    never_direct allow all
                    http_access allow all
                    cache deny all
                    cache_mem 8 MB
                    server_persistent_connections off
                    visible_hostname second.test
                    pid_filename none
                    access_log none
                    cache_log %s/cache.log
                    coredump_dir %s
                    pinger_enable off
                    netdb_filename none
                    shutdown_lifetime 0 seconds
                    """.formatted(port, origin, directory, directory);
            }
        };

        private final String program;

        Kind(String program) {
            this.program = program;
        }

        String program() {
            return program;
        }

        boolean isInstalled() {
            return new File(program).canExecute();
        }

        abstract List<String> command(Path config);

        abstract String config(Path directory, int port, int origin);

        /** As the program itself says. */
        String version() throws IOException {
            Process process =
                    new ProcessBuilder(program, "-v").redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher found = VERSION.matcher(text);
            return found.find() ? found.group(1) : "?";
        }
    }

    private final Process process;
    private final int port;

    private OtherProxy(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static OtherProxy start(Kind kind, Path directory, int origin) throws IOException {
        // squid gives up root and must still be able to write its log.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        int port = freePort();
        Path config = directory.resolve("config");
        Files.writeString(config, kind.config(directory, port, origin));
        Process process = new ProcessBuilder(kind.command(config))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        OtherProxy proxy = new OtherProxy(process, port);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
        while (!proxy.answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                proxy.close();
                throw new IOException(kind + " did not start: " + Files.readString(directory.resolve("output")));
            }
            Thread.onSpinWait();
        }
        return proxy;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            return false;
        }
        try (Socket socket = new Socket()) {
            socket.connect(address(), 100);
            return true;
        } catch (ConnectException notYet) {
            return waited();
        }
    }

    /** Whether it ended meanwhile; false is "ask again". */
    private boolean waited() {
        try {
            process.waitFor(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
