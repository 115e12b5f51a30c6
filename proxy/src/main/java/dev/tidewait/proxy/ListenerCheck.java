package dev.tidewait.proxy;

import dev.tidewait.proxy.address.Printable;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/** What all {@link ListenerSettings} have to keep to. Stateless. */
final class ListenerCheck {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    private ListenerCheck() {}

    /** @throws IllegalArgumentException what is wrong, and what to write instead */
    static void check(String name, InetSocketAddress bind) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a listener cannot be called '" + Printable.of(name)
                    + "'; use 1 to 63 letters, digits, '-' and '_'");
        }
        if (bind.isUnresolved()) {
            throw new IllegalArgumentException("listener " + name + " cannot bind to '" + bind.getHostString()
                    + "': that is not an IP address; write it like 127.0.0.1:3128 or [::1]:3128");
        }
    }
}
