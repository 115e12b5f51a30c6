package dev.tidewait.lab;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of {@code lab sustain} about HTTP. Filled in by picocli. */
final class HttpOptions {
    @Option(
            names = "--http",
            description = "The HTTP forward proxy instead of the TCP listener: one request in absolute-form on each"
                    + " connection, to client and server alike. Example: --http --seconds 30")
    private boolean http;

    @Option(
            names = "--keep-alive",
            paramLabel = "N",
            description = "As --http, with so many requests on each client connection, 2 to 1,000,000, and with the"
                    + " proxy's pool of server connections: how many ports does it need? Example: --keep-alive 1000")
    private Optional<Integer> keepAlive = Optional.empty();

    @Option(
            names = "--server-close",
            paramLabel = "HOW",
            description = "As --http, with the proxy's setting http.serverClose: ${COMPLETION-CANDIDATES}; default"
                    + " graceful. Example: --server-close server")
    private Optional<ServerClose> serverClose = Optional.empty();

    /** Empty if nothing was said about HTTP. */
    Optional<HttpSustain> plan(OptionCheck check) {
        keepAlive.ifPresent(count -> check.require("--keep-alive", count, 2, 1_000_000));
        return http || keepAlive.isPresent() || serverClose.isPresent()
                ? Optional.of(new HttpSustain(serverClose.orElse(ServerClose.GRACEFUL), keepAlive.orElse(1)))
                : Optional.empty();
    }
}
