package dev.tidewait.proxy.facts;

/** What a client used the proxy for. */
public enum ExchangeKind {
    /** Bytes to an upstream, through a listener of type tcp. */
    TCP("tcp"),
    /** A tunnel that was asked for with HTTP CONNECT. */
    CONNECT("connect"),
    /** One HTTP request, also one that did not get as far as to say what it is. */
    HTTP("http"),
    /** A tunnel that was asked for with SOCKS5. */
    SOCKS5("socks5");

    private final String word;

    ExchangeKind(String word) {
        this.word = word;
    }

    /** As logs write it. */
    @Override
    public String toString() {
        return word;
    }
}
