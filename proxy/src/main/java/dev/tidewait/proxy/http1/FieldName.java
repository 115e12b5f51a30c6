package dev.tidewait.proxy.http1;

import java.util.Arrays;

/** The header fields that mean something to a proxy. */
public enum FieldName {
    TE("te"),
    VIA("via"),
    DATE("date"),
    HOST("host"),
    ALLOW("allow"),
    COOKIE("cookie"),
    EXPECT("expect"),
    TRAILER("trailer"),
    UPGRADE("upgrade"),
    FORWARDED("forwarded"),
    CONNECTION("connection"),
    KEEP_ALIVE("keep-alive"),
    MAX_FORWARDS("max-forwards"),
    AUTHORIZATION("authorization"),
    CONTENT_LENGTH("content-length"),
    HTTP2_SETTINGS("http2-settings"),
    X_FORWARDED_FOR("x-forwarded-for"),
    WWW_AUTHENTICATE("www-authenticate"),
    PROXY_CONNECTION("proxy-connection"),
    TRANSFER_ENCODING("transfer-encoding"),
    PROXY_AUTHENTICATE("proxy-authenticate"),
    PROXY_AUTHORIZATION("proxy-authorization"),
    PROXY_AUTHENTICATION_INFO("proxy-authentication-info"),
    /** Any other name. */
    OTHER("");

    private final String text;

    private static final FieldName[] ALL = values();

    /** The known names by their length. */
    private static final FieldName[][] BY_LENGTH = byLength();

    FieldName(String text) {
        this.text = text;
    }

    private static FieldName[][] byLength() {
        int longest =
                Arrays.stream(ALL).mapToInt(name -> name.text.length()).max().orElse(0);
        FieldName[][] table = new FieldName[longest + 1][];
        for (int length = 0; length <= longest; length++) {
            int wanted = length;
            table[length] = Arrays.stream(ALL)
                    .filter(name -> name != OTHER && name.text.length() == wanted)
                    .toArray(FieldName[]::new);
        }
        return table;
    }

    static FieldName of(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length < BY_LENGTH.length) {
            for (FieldName candidate : BY_LENGTH[length]) {
                if (Octets.equalsIgnoringCase(bytes, from, to, candidate.text)) {
                    return candidate;
                }
            }
        }
        return OTHER;
    }

    /** In lower case; empty for {@link #OTHER}. */
    public String text() {
        return text;
    }
}
