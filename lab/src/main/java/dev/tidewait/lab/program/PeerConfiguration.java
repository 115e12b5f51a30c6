package dev.tidewait.lab.program;

import dev.tidewait.lab.LoadPlan;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The least that each program needs to be told, all else as its makers or Debian set it: a worker for each core, Debian's timeouts. Room for
 * connections is not to be what is measured, and a failure of each of ten thousand connects a second is not to be logged. No state.
 *
 * <p>Squid's two {@code _extras} are its defaults without {@code %>A}: for that, Squid 5 asks the DNS for the name of each client, also where nothing
 * rewrites. The lab has no DNS, and then every connection asks again, and all of them are looked through when the first time-out comes.
 */
public final class PeerConfiguration {
    private static final List<Path> STREAM_MODULES = Stream.of(
                    "/usr/lib/nginx/modules/ngx_stream_module.so", "/usr/lib64/nginx/modules/ngx_stream_module.so")
            .map(Path::of)
            .toList();

    private static final String NGINX = """
            daemon off;
            worker_processes auto;
            pid nginx.pid;
            error_log stderr emerg;
            events { worker_connections 8192; }
            """;

    private PeerConfiguration() {}

    /**
     * The whole file.
     *
     * @param listen where clients connect
     * @param origin the only server
     * @param folder of its own
     * @param source of HAProxy's server line, as ADDRESS:LOW-HIGH; empty = the kernel's choice
     */
    public static String of(
            PeerProgram program, InetSocketAddress listen, InetSocketAddress origin, Path folder, String source) {
        String at = LoadPlan.endpoint(listen);
        String to = LoadPlan.endpoint(origin);
        return switch (program) {
            case NGINX_STREAM -> streamModule() + NGINX + """
                    stream {
                      server {
                        listen %s;
                        proxy_pass %s;
                      }
                    }
                    """.formatted(at, to);
            case NGINX_HTTP -> NGINX + """
                    http {
                      access_log off;
                      client_body_temp_path body;
                      proxy_temp_path proxy;
                      fastcgi_temp_path fastcgi;
                      uwsgi_temp_path uwsgi;
                      scgi_temp_path scgi;
                      server {
                        listen %s;
                        location / {
                          proxy_pass http://%s;
                          proxy_http_version 1.1;
                          proxy_set_header Connection "";
                        }
                      }
                    }
                    """.formatted(at, to);
            case HAPROXY -> """
                    global
                      maxconn 8000
                    defaults
                      mode tcp
                      timeout connect 5s
                      timeout client 50s
                      timeout server 50s
                    frontend in
                      bind %s
                      default_backend out
                    backend out
                      server origin %s%s
                    """.formatted(at, to, source.isEmpty() ? "" : " source " + source);
            case SQUID -> """
                    http_port %s
                    http_access allow all
                    cache deny all
                    max_filedescriptors 16384
                    visible_hostname peers.test
                    pid_filename none
                    access_log none
                    cache_log %s/cache.log
                    coredump_dir %s
                    pinger_enable off
                    netdb_filename none
                    shutdown_lifetime 0 seconds
                    url_rewrite_extras "%%>a/- %%un %%>rm myip=%%la myport=%%lp"
                    store_id_extras "%%>a/- %%un %%>rm myip=%%la myport=%%lp"
                    """.formatted(at, folder, folder);
        };
    }

    /** Empty where nginx was built with it. */
    private static String streamModule() {
        return STREAM_MODULES.stream()
                .filter(Files::exists)
                .findFirst()
                .map(module -> "load_module " + module + ";\n")
                .orElse("");
    }
}
