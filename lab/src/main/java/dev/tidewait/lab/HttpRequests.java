package dev.tidewait.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the clients ask for in HTTP: the C program {@code http_load} instead of {@code load}. Immutable.
 *
 * @param throughProxyTo HOST:PORT of the origin when the target is a proxy: absolute-form, and the last request on a connection says
 *     {@code Connection: close}
 * @param perConnection requests on each connection, one after the other without a pause; an open loop counts them all
 * @param bodyBytes of each request; 0 = GET
 */
public record HttpRequests(Optional<String> throughProxyTo, int perConnection, int bodyBytes) {
    /** One GET on each connection, straight to the origin. */
    public static final HttpRequests DIRECT = new HttpRequests(Optional.empty(), 1, 0);

    public HttpRequests {
        if (perConnection < 1 || bodyBytes < 0 || bodyBytes > 8_192) {
            throw new IllegalArgumentException(
                    perConnection + " requests on a connection with bodies of " + bodyBytes + " bytes");
        }
    }

    /** @param authority HOST:PORT of the origin */
    public HttpRequests withProxyTo(String authority) {
        return new HttpRequests(Optional.of(authority), perConnection, bodyBytes);
    }

    public HttpRequests withPerConnection(int count) {
        return new HttpRequests(throughProxyTo, count, bodyBytes);
    }

    public HttpRequests withBodyBytes(int count) {
        return new HttpRequests(throughProxyTo, perConnection, count);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(
                List.of("--requests", Integer.toString(perConnection), "--body-bytes", Integer.toString(bodyBytes)));
        throughProxyTo.ifPresent(authority -> arguments.addAll(List.of("--proxy", authority)));
        return arguments;
    }
}
