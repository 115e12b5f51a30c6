package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.address.HostPort;

/** What a request is for, in one of the four forms of RFC 9112, section 3.2; {@code toString()} writes it in that form. Immutable. */
public sealed interface Target {
    /**
     * {@code http://authority/path?query}: the form for proxies.
     *
     * @param authority port 80 where none was written
     * @param pathAndQuery as to be sent to the server: begins with a slash, or {@code *} for OPTIONS without a path (section 3.2.4)
     */
    record Absolute(HostPort authority, String pathAndQuery) implements Target {
        private static final int HTTP_PORT = 80;

        @Override
        public String toString() {
            String host = authority.toString();
            String written = authority.port() == HTTP_PORT ? host.substring(0, host.lastIndexOf(':')) : host;
            return "http://" + written + (pathAndQuery.equals("*") ? "" : pathAndQuery);
        }
    }

    /** {@code host:port}: the form of CONNECT, and only of CONNECT. */
    record Authority(HostPort authority) implements Target {
        @Override
        public String toString() {
            return authority.toString();
        }
    }

    /** {@code /path?query}: the form for the server itself. */
    record Origin(String pathAndQuery) implements Target {
        @Override
        public String toString() {
            return pathAndQuery;
        }
    }

    /** {@code *}: the server as a whole, only with OPTIONS. */
    record Asterisk() implements Target {
        @Override
        public String toString() {
            return "*";
        }
    }
}
