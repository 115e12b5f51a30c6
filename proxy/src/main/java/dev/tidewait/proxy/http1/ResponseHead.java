package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import java.util.Optional;

/** One well-formed response head (RFC 9112, section 4). Immutable. */
public final class ResponseHead {
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final int status;
    private final String reason;
    private final HttpVersion version;
    private final Fields fields;
    private final BodyLength body;
    private final ConnectionOptions options;
    private final int byteCount;

    ResponseHead(
            int status,
            String reason,
            HttpVersion version,
            Fields fields,
            BodyLength body,
            ConnectionOptions options,
            int byteCount) {
        this.status = status;
        this.reason = reason;
        this.version = version;
        this.fields = fields;
        this.body = body;
        this.options = options;
        this.byteCount = byteCount;
    }

    /** 100 to 999. */
    public int status() {
        return status;
    }

    /** One char for each byte; may be empty. */
    public String reason() {
        return reason;
    }

    public HttpVersion version() {
        return version;
    }

    public Fields fields() {
        return fields;
    }

    /** 1xx except 101: another response to the same request follows. Not to be sent to HTTP/1.0 clients (RFC 9110, section 15.2). */
    public boolean isInterim() {
        return status < 200 && status != SWITCHING_PROTOCOLS;
    }

    /** 101: what follows is the protocol that the request offered. */
    public boolean isSwitch() {
        return status == SWITCHING_PROTOCOLS;
    }

    /** Why this cannot be a response to that request: a switch of protocols that it did not offer (RFC 9110, section 15.2.2). */
    public Optional<Failure> unfitFor(RequestHead request) {
        return isSwitch() && request.upgrade().isEmpty()
                ? Optional.of(new Failure(
                        ProxyError.BAD_RESPONSE, "The server changed the protocol (101), which nobody offered it."))
                : Optional.empty();
    }

    /** Where the content of this response to a request with that method ends (RFC 9112, section 6.3). */
    public BodyLength bodyFor(String requestMethod) {
        return hasNoContent(status) || status == NOT_MODIFIED || requestMethod.equals("HEAD") ? BodyLength.NONE : body;
    }

    /** Responses whose head may not even announce content (RFC 9110, section 8.6; RFC 9112, section 6.1). */
    static boolean hasNoContent(int status) {
        return status < 200 || status == NO_CONTENT;
    }

    /** Whether the server allows another request on this connection; false too where the content ends with the connection. */
    public boolean keepAliveAfter(String requestMethod) {
        return !options.close()
                && (version == HttpVersion.HTTP_1_1 || options.keepAlive())
                && !(bodyFor(requestMethod) instanceof BodyLength.UntilClose);
    }

    /** Whether the server asks for, or goes on with, a log-in that will hold for its connection (NTLM, Negotiate). */
    public boolean logsConnectionIn() {
        return ConnectionLogin.isIn(fields, FieldName.WWW_AUTHENTICATE);
    }

    /** Bytes of the head, with the empty line at its end. */
    public int byteCount() {
        return byteCount;
    }

    ConnectionOptions options() {
        return options;
    }

    /** As the head says it, whatever was asked. */
    BodyLength statedBody() {
        return body;
    }
}
