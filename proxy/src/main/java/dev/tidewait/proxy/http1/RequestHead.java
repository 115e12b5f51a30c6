package dev.tidewait.proxy.http1;

/** One well-formed request head (RFC 9112, section 3). Immutable. */
public final class RequestHead {
    private final String method;
    private final Target target;
    private final HttpVersion version;
    private final Fields fields;
    private final BodyLength body;
    private final ConnectionOptions options;
    private final boolean expectsContinue;
    private final String upgrade;
    private final long maxForwards;
    private final int byteCount;

    RequestHead(
            String method,
            Target target,
            HttpVersion version,
            Fields fields,
            BodyLength body,
            ConnectionOptions options,
            boolean expectsContinue,
            String upgrade,
            long maxForwards,
            int byteCount) {
        this.method = method;
        this.target = target;
        this.version = version;
        this.fields = fields;
        this.body = body;
        this.options = options;
        this.expectsContinue = expectsContinue;
        this.upgrade = upgrade;
        this.maxForwards = maxForwards;
        this.byteCount = byteCount;
    }

    /** As written; methods are case-sensitive (RFC 9110, section 9.1). */
    public String method() {
        return method;
    }

    public Target target() {
        return target;
    }

    public HttpVersion version() {
        return version;
    }

    public Fields fields() {
        return fields;
    }

    /** Never {@link BodyLength.UntilClose}. */
    public BodyLength body() {
        return body;
    }

    /** Whether the client allows another request on this connection (RFC 9112, section 9.3: never an HTTP/1.0 client of a proxy). */
    public boolean keepAlive() {
        return version == HttpVersion.HTTP_1_1 && !options.close();
    }

    /** Whether the client has said that it sends nothing behind this (RFC 9112, section 9.6), which has no content. */
    public boolean isLast() {
        return options.close() && body instanceof BodyLength.None;
    }

    /** Whether the client waits for 100 (Continue) before it sends the content (RFC 9110, section 10.1.1). */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /**
     * The protocol that the client offers to change to ({@code websocket}), or an empty string. Never another HTTP, whose requests would
     * then pass unseen; such an offer is left out of what is sent on.
     */
    public String upgrade() {
        return upgrade;
    }

    /** The value of {@code Max-Forwards} in TRACE and OPTIONS, or -1. */
    public long maxForwards() {
        return maxForwards;
    }

    /** Whether sending it twice does the same as once (RFC 9110, section 9.2.2). */
    public boolean isIdempotent() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /** Whether the client logs in on the server's connection, which then belongs to it (NTLM, Negotiate). */
    public boolean logsConnectionIn() {
        return ConnectionLogin.isIn(fields, FieldName.AUTHORIZATION);
    }

    /** Bytes of the head, with the empty line at its end. */
    public int byteCount() {
        return byteCount;
    }

    ConnectionOptions options() {
        return options;
    }
}
