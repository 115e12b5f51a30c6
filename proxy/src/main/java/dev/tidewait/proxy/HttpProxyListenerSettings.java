package dev.tidewait.proxy;

import dev.tidewait.proxy.access.AccessRules;
import java.net.InetSocketAddress;

/**
 * A listener for HTTP clients that have it set as their proxy. Immutable.
 *
 * @param name see {@link ListenerSettings}
 * @param bind see {@link ListenerSettings}
 * @param access who may use it, and for what
 * @param maxHeadBytes longest request head, 256 to 65,536 bytes; a longer one is answered with 431
 */
public record HttpProxyListenerSettings(String name, InetSocketAddress bind, AccessRules access, int maxHeadBytes)
        implements ListenerSettings {
    /** What most servers take. */
    public static final int DEFAULT_MAX_HEAD_BYTES = 16_384;

    private static final int SMALLEST_HEAD_LIMIT = 256;
    private static final int LARGEST_HEAD_LIMIT = 65_536;

    public HttpProxyListenerSettings {
        ListenerCheck.check(name, bind);
        if (maxHeadBytes < SMALLEST_HEAD_LIMIT || maxHeadBytes > LARGEST_HEAD_LIMIT) {
            throw new IllegalArgumentException("listener " + name + " limits the request head to " + maxHeadBytes
                    + " bytes; give " + SMALLEST_HEAD_LIMIT + " to " + LARGEST_HEAD_LIMIT);
        }
    }

    public HttpProxyListenerSettings(String name, InetSocketAddress bind, AccessRules access) {
        this(name, bind, access, DEFAULT_MAX_HEAD_BYTES);
    }
}
