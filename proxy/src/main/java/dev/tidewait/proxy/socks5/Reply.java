package dev.tidewait.proxy.socks5;

import dev.tidewait.proxy.failure.ProxyError;

/**
 * The answer to a request (RFC 1928, section 6).
 *
 * <p>The RFC gives each code three words and no definition. Where there is a choice, this is what Dante and microsocks do: a connect that
 * times out is "TTL expired", because ETIMEDOUT has no code of its own. Trouble of this host is {@link #GENERAL_FAILURE}, never the
 * server's fault.
 */
public enum Reply {
    SUCCEEDED(0),
    GENERAL_FAILURE(1),
    NOT_ALLOWED(2),
    NETWORK_UNREACHABLE(3),
    HOST_UNREACHABLE(4),
    CONNECTION_REFUSED(5),
    TTL_EXPIRED(6),
    COMMAND_NOT_SUPPORTED(7),
    ADDRESS_TYPE_NOT_SUPPORTED(8);

    private final int code;

    Reply(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static Reply of(ProxyError error) {
        return switch (error) {
            case CLIENT_DENIED, PORT_DENIED, ADDRESS_DENIED, NAME_DENIED, METHOD_DENIED, TOO_MANY -> NOT_ALLOWED;
            case LOGIN_WRONG, LOGIN_UNCHECKED -> NOT_ALLOWED;
            // No route and no name are the same to a client: this host cannot be reached from here.
            case NAME_UNKNOWN, NAME_FAILED, NAME_TIMEOUT, UNREACHABLE -> HOST_UNREACHABLE;
            case REFUSED, RESET -> CONNECTION_REFUSED;
            case TIMED_OUT -> TTL_EXPIRED;
            default -> GENERAL_FAILURE;
        };
    }
}
