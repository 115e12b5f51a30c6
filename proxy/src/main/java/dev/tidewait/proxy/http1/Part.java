package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.failure.ProxyError;

/** Which part of a message is read, and so what a flaw in it is called. */
enum Part {
    REQUEST_HEAD("request head", ProxyError.BAD_REQUEST, ProxyError.HEAD_TOO_LARGE, ProxyError.CODING_UNKNOWN),
    RESPONSE_HEAD(
            "response head",
            ProxyError.BAD_RESPONSE,
            ProxyError.RESPONSE_HEAD_TOO_LARGE,
            ProxyError.RESPONSE_CODING_UNKNOWN),
    REQUEST_TRAILERS(
            "request's trailer section", ProxyError.BAD_REQUEST, ProxyError.HEAD_TOO_LARGE, ProxyError.CODING_UNKNOWN),
    RESPONSE_TRAILERS(
            "response's trailer section",
            ProxyError.BAD_RESPONSE,
            ProxyError.RESPONSE_HEAD_TOO_LARGE,
            ProxyError.RESPONSE_CODING_UNKNOWN);

    private final String text;
    private final ProxyError bad;
    private final ProxyError tooLarge;
    private final ProxyError codingUnknown;

    Part(String text, ProxyError bad, ProxyError tooLarge, ProxyError codingUnknown) {
        this.text = text;
        this.bad = bad;
        this.tooLarge = tooLarge;
        this.codingUnknown = codingUnknown;
    }

    /** As a noun in a sentence, without article. */
    String text() {
        return text;
    }

    Malformed flaw(String what) {
        return new Malformed(bad, what);
    }

    Malformed tooLarge(int maxBytes) {
        return new Malformed(
                tooLarge, "The " + text + " is longer than " + maxBytes + " bytes. Send fewer or shorter fields.");
    }

    Malformed codingUnknown(String what) {
        return new Malformed(codingUnknown, what);
    }
}
