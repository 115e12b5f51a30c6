package dev.tidewait.proxy.failure;

/** What can go wrong before a relay: the status for an HTTP client and the error type of RFC 9209, section 2.3. */
public enum ProxyError {
    BAD_REQUEST(400, "Bad Request", "http_request_error", EndCause.REFUSED),
    CLIENT_DENIED(403, "Forbidden", "http_request_denied", EndCause.REFUSED),
    PORT_DENIED(403, "Forbidden", "http_request_denied", EndCause.REFUSED),
    ADDRESS_DENIED(403, "Forbidden", "destination_ip_prohibited", EndCause.REFUSED),
    NAME_DENIED(403, "Forbidden", "http_request_denied", EndCause.REFUSED),
    METHOD_DENIED(403, "Forbidden", "http_request_denied", EndCause.REFUSED),
    /** A client's first request, as a rule: it does not know yet that it needs a password. */
    PROXY_AUTH_REQUIRED(407, "Proxy Authentication Required", "http_request_denied", EndCause.REFUSED),
    LOGIN_WRONG(407, "Proxy Authentication Required", "http_request_denied", EndCause.REFUSED),
    /** The password may be right, but there was no time to find out. */
    LOGIN_UNCHECKED(503, "Service Unavailable", "proxy_internal_response", EndCause.REFUSED),
    /** More connections from one client than its limit. */
    TOO_MANY(429, "Too Many Requests", "http_request_denied", EndCause.TOO_MANY),
    REQUEST_TIMEOUT(408, "Request Timeout", "http_request_error", EndCause.REFUSED),
    EXPECTATION_UNKNOWN(417, "Expectation Failed", "http_request_error", EndCause.REFUSED),
    HEAD_TOO_LARGE(431, "Request Header Fields Too Large", "http_request_error", EndCause.REFUSED),
    METHOD_UNKNOWN(501, "Not Implemented", "http_request_error", EndCause.REFUSED),
    CODING_UNKNOWN(501, "Not Implemented", "http_request_error", EndCause.REFUSED),
    VERSION_UNKNOWN(505, "HTTP Version Not Supported", "http_request_error", EndCause.REFUSED),
    NAME_UNKNOWN(502, "Bad Gateway", "dns_error", EndCause.NOT_CONNECTED),
    NAME_FAILED(502, "Bad Gateway", "dns_error", EndCause.NOT_CONNECTED),
    NAME_LINE_FULL(503, "Service Unavailable", "dns_error", EndCause.NOT_CONNECTED),
    NAME_TIMEOUT(504, "Gateway Timeout", "dns_timeout", EndCause.NOT_CONNECTED),
    REFUSED(502, "Bad Gateway", "connection_refused", EndCause.NOT_CONNECTED),
    RESET(502, "Bad Gateway", "connection_terminated", EndCause.NOT_CONNECTED),
    UNREACHABLE(502, "Bad Gateway", "destination_ip_unroutable", EndCause.NOT_CONNECTED),
    BAD_RESPONSE(502, "Bad Gateway", "http_protocol_error", EndCause.BAD_RESPONSE),
    RESPONSE_HEAD_TOO_LARGE(502, "Bad Gateway", "http_response_header_section_size", EndCause.BAD_RESPONSE),
    RESPONSE_CODING_UNKNOWN(502, "Bad Gateway", "http_response_transfer_coding", EndCause.BAD_RESPONSE),
    RESPONSE_INCOMPLETE(502, "Bad Gateway", "http_response_incomplete", EndCause.BAD_RESPONSE),
    TIMED_OUT(504, "Gateway Timeout", "connection_timeout", EndCause.NOT_CONNECTED),
    RESPONSE_TIMEOUT(504, "Gateway Timeout", "http_response_timeout", EndCause.IDLE),
    NO_PORT(503, "Service Unavailable", "connection_limit_reached", EndCause.NOT_CONNECTED),
    LOCAL(503, "Service Unavailable", "proxy_internal_error", EndCause.NOT_CONNECTED);

    private final int status;
    private final String reason;
    private final String errorType;
    private final EndCause endCause;

    ProxyError(int status, String reason, String errorType, EndCause endCause) {
        this.status = status;
        this.reason = reason;
        this.errorType = errorType;
        this.endCause = endCause;
    }

    public int status() {
        return status;
    }

    /** The reason phrase of the status line. */
    public String reason() {
        return reason;
    }

    /** The value of {@code error=} in {@code Proxy-Status}. */
    public String errorType() {
        return errorType;
    }

    public EndCause endCause() {
        return endCause;
    }
}
