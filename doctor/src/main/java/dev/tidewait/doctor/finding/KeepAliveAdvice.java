package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.Owners;

/** How the usual programs are told to keep connections to their servers open. Pure function; any thread. */
final class KeepAliveAdvice {
    private KeepAliveAdvice() {}

    /**
     * For the program that holds most of the connections.
     *
     * @param pool how many connections are open at a time
     */
    static String forOwners(Owners owners, long pool) {
        String program = owners.seen().isEmpty() ? "" : owners.seen().getFirst().program();
        return "Let the program keep its connections open, at least " + Figures.count(pool) + " of them. "
                + how(program, pool);
    }

    private static String how(String program, long pool) {
        return switch (program) {
            case "nginx" ->
                "nginx: keepalive " + pool
                        + "; in the upstream block (per worker), proxy_http_version 1.1; and proxy_set_header Connection \"\"; in the location.";
            case "haproxy" ->
                "HAProxy: http-reuse safe, no option httpclose or http-server-close, and pool-max-conn of the server not below it.";
            case "squid" ->
                "Squid: server_persistent_connections on (the default), and see whether the servers answer Connection: close.";
            case "traefik" -> "Traefik: serversTransport.maxIdleConnsPerHost (200 by default).";
            case "envoy" -> "Envoy: see that max_requests_per_connection of the cluster is not 1.";
            case "php-fpm" -> "PHP: persistent connections of the driver (pconnect, PDO::ATTR_PERSISTENT).";
            case "java" ->
                "Java: one shared client with a pool (HttpClient, HikariCP), and bodies read to their end, else the connection is not used again.";
            case "python", "python3" -> "Python: one requests.Session or httpx.Client for all requests.";
            case "node" -> "Node.js: an http.Agent with keepAlive: true and maxSockets not below it.";
            default ->
                "HTTP: a client object that is made once and shared, with a pool of that size (Go: MaxIdleConnsPerHost, which is 2 by default), and"
                        + " bodies read to their end. Databases: a connection pool.";
        };
    }
}
