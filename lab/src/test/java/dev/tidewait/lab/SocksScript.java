package dev.tidewait.lab;

import java.util.List;

/**
 * What one client sends, message by message in hexadecimal, and where Tidewait and microsocks may answer differently. Immutable.
 *
 * <p>Each message awaits the answer to the one before. {@code E4}, {@code E6} stand for the echo server's IPv4 and IPv6 address, {@code
 * PP} for its port. An answer is written as it comes, with {@code S} for the source address and port of an open tunnel; {@code ping} is the
 * echo of what was sent through it; the end of the connection is not written.
 *
 * @param messages greeting, password if one is asked for, request, what goes through the tunnel; without the last one it is a ping
 * @param half whether the client ends its side behind the last message
 * @param ours empty where the answers are the same
 * @param theirs empty where the answers are the same
 * @param reason why they differ
 */
record SocksScript(String name, List<String> messages, boolean half, String ours, String theirs, String reason) {
    static SocksScript same(String name, String... messages) {
        return new SocksScript(name, List.of(messages), false, "", "", "");
    }

    /** The client ends its side behind the last message, or nobody would ever end. */
    static SocksScript sameThenEnd(String name, String... messages) {
        return new SocksScript(name, List.of(messages), true, "", "", "");
    }

    SocksScript but(String tidewait, String microsocks, String why) {
        return new SocksScript(name, messages, half, tidewait, microsocks, why);
    }

    boolean isSame() {
        return reason.isEmpty();
    }

    @Override
    public String toString() {
        return name;
    }
}
