package dev.tidewait.hook;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Keys and values of the BPF maps: the offsets of {@code layout.h}, where they are explained. */
final class Layout {
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfChar PORT = ValueLayout.JAVA_CHAR_UNALIGNED;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfLong NETWORK_LONG = LONG.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int ADDRESS_BYTES = 16;

    /** struct tuple. */
    static final int TUPLE_BYTES = 40;

    static final int TUPLE_SOURCE = 0;
    static final int TUPLE_DESTINATION = 16;
    static final int TUPLE_SOURCE_PORT = 32;
    static final int TUPLE_DESTINATION_PORT = 34;
    static final int TUPLE_NETNS = 36;

    /** struct cursor. */
    static final int CURSOR_PLACE = 0;

    static final int CURSOR_NEVER_USED = 8;
    static final int CURSOR_STEALS = 16;
    static final int CURSOR_AFTER_CLOSE = 24;
    static final int CURSOR_KERNEL_CHOSE = 32;
    static final int CURSOR_REFUSED = 40;
    static final int CURSOR_CANDIDATES = 48;
    static final int CURSOR_AGE_MIN = 60;
    static final int CURSOR_AGE_MAX = 64;
    static final int CURSOR_AGES = 72;
    static final int AGE_BUCKETS = 128;
    static final int AGE_FINE_BITS = 3;
    static final int CURSOR_BYTES = CURSOR_AGES + AGE_BUCKETS * Integer.BYTES;

    /** struct closing. */
    static final int CLOSING_BYTES = 16;

    static final int CLOSING_ENDED = 0;
    static final int CLOSING_FLOOR = 8;
    static final int CLOSING_STATE = 12;
    static final int CLOSING_FLAGS = 13;
    static final int FLAG_TAKEN = 1;
    static final int FLAG_FIN_UNSEEN = 2;

    /** struct blocking_event; it begins with a tuple. */
    static final int EVENT_ENDED = 40;

    static final int EVENT_COOKIE = 48;
    static final int EVENT_FLOOR = 56;

    /** struct route. */
    static final int ROUTE_BYTES = 24;

    static final int ROUTE_DESTINATION = 0;
    static final int ROUTE_NETNS = 16;

    /** struct totals. */
    static final int TOTALS_CONNECTS = 0;

    static final int TOTALS_KERNEL_CHOSE = 8;
    static final int TOTALS_REFUSED = 16;
    static final int TOTALS_BIND_ERRORS = 24;
    static final int TOTALS_EVENTS_LOST = 32;
    static final int TOTALS_LEFT_ALONE = 40;
    static final int TOTALS_NO_PORT = 104;

    /** struct settings. */
    static final int SETTINGS_HASH_KEY = 0;

    static final int SETTINGS_FLOORS = 8;
    static final int SETTINGS_PORT_COUNT = 64;
    static final int SETTINGS_POSITION_LIMIT = 68;
    static final int SETTINGS_TICKS = 72;
    static final int SETTINGS_STRICT = 76;
    static final int SETTINGS_OWN_NETNS = 80;
    static final int SETTINGS_SOURCES4 = 84;
    static final int SETTINGS_SOURCES6 = 88;
    static final int SETTINGS_MATCH_COUNT = 92;
    static final int SETTINGS_MATCHES = 96;
    static final int MATCH_BYTES = 40;
    static final int MATCH_NETWORK = 0;
    static final int MATCH_MASK = 16;
    static final int MATCH_PORT = 32;
    static final int SETTINGS_PORTS = SETTINGS_MATCHES + HookSettings.MOST_DESTINATIONS * MATCH_BYTES;
    static final int SETTINGS_BYTES = SETTINGS_PORTS + 65_536 * Character.BYTES;

    private Layout() {}

    static IpAddress address(MemorySegment segment, long offset) {
        return new IpAddress(segment.get(NETWORK_LONG, offset), segment.get(NETWORK_LONG, offset + ADDRESS_BYTES / 2));
    }

    static void putAddress(MemorySegment segment, long offset, IpAddress address) {
        segment.set(NETWORK_LONG, offset, address.high());
        segment.set(NETWORK_LONG, offset + ADDRESS_BYTES / 2, address.low());
    }

    static Destination destination(MemorySegment tuple) {
        return new Destination(address(tuple, TUPLE_DESTINATION), tuple.get(PORT, TUPLE_DESTINATION_PORT));
    }
}
