package dev.tidewait.app.accesslog;

import dev.tidewait.app.configuration.AccessLogSection;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.facts.ExchangeRecord;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** How one exchange is written. Owned by one thread. */
interface LineFormat {
    /** Adds one whole line, line feed included. Whatever a client sent, it is one line, and its fields stay apart. */
    void write(ExchangeRecord exchange, LineBuffer to);

    static LineFormat of(AccessLogSection section) {
        return switch (section.format()) {
            case JSON -> new JsonLines(section.queries());
            case COMBINED -> new CombinedLines(section.queries());
        };
    }

    /** What is written of a target: everything, or nothing behind the first question mark. */
    static String target(String asked, boolean queries) {
        int query = asked.indexOf('?');
        return queries || query < 0 ? asked : asked.substring(0, query + 1);
    }

    /** A client's address; on an IPv6 socket an IPv4 client has ::ffff:a.b.c.d. */
    static String host(InetSocketAddress client) {
        InetAddress address = client.getAddress();
        if (address == null) {
            return client.getHostString();
        }
        InetAddress plain = IpLiteral.fromBytes(address.getAddress());
        return Addresses.text(plain instanceof Inet4Address ? plain : address);
    }
}
