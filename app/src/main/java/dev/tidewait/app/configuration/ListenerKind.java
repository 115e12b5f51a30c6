package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Later;

/** What a listener speaks. */
@Later("http")
public enum ListenerKind {
    /** Relays bytes to an upstream. */
    TCP("tcp"),
    /** HTTP forward proxy: absolute-form requests and CONNECT. */
    HTTP_PROXY("http-proxy"),
    /** SOCKS5 (CONNECT). */
    SOCKS5("socks5");

    private final String word;

    ListenerKind(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
