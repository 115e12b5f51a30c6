package dev.tidewait.evidence.live;

import dev.tidewait.ports.IpAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Keys and values of the BPF maps: the offsets of {@code late_layout.h}, where they are explained. */
final class LiveLayout {
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfLong NETWORK_LONG = LONG.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int ADDRESS_BYTES = 16;

    /** struct late_event. */
    static final int EVENT_REMOTE = 0;

    static final int EVENT_AGE = 16;
    static final int EVENT_BEFORE = 24;
    static final int EVENT_BEFORE_NEEDING = 32;
    static final int EVENT_ROUND_TRIP = 40;
    static final int EVENT_PAYLOAD = 44;
    static final int EVENT_HAPPENING = 48;
    static final int EVENT_TCP_FLAGS = 49;
    static final int EVENT_ENDING = 50;

    /** struct totals; places of numbers of eight bytes each. */
    static final int TOTALS_ENDED = 0;

    static final int AGE_BOUNDS = 72;
    static final int TOTALS_REUSED_WHOLE = 24;
    static final int TOTALS_REUSED_BROKEN = TOTALS_REUSED_WHOLE + AGE_BOUNDS + 1;
    static final int TOTALS_SEGMENTS = TOTALS_REUSED_BROKEN + AGE_BOUNDS + 1;
    static final int TOTALS_LOST = TOTALS_SEGMENTS + 1;
    static final int TOTALS_UNREAD = TOTALS_LOST + 1;
    static final int TOTALS_WRITTEN_DOWN = TOTALS_UNREAD + 1;
    static final int TOTALS_COUNT = TOTALS_WRITTEN_DOWN + 1;

    /** struct settings. */
    static final int SETTINGS_AGE_BOUNDS = 0;

    static final int SETTINGS_ROUND_TRIPS = AGE_BOUNDS * Long.BYTES;
    static final int SETTINGS_TICKS = SETTINGS_ROUND_TRIPS + 16;
    static final int SETTINGS_NAMESPACE = SETTINGS_TICKS + 4;
    static final int SETTINGS_MASK4 = SETTINGS_NAMESPACE + 4;
    static final int SETTINGS_MASK6 = SETTINGS_MASK4 + 4;
    static final int SETTINGS_DEVICE = SETTINGS_MASK6 + 16;

    private LiveLayout() {}

    static IpAddress address(MemorySegment segment, long offset) {
        return new IpAddress(segment.get(NETWORK_LONG, offset), segment.get(NETWORK_LONG, offset + ADDRESS_BYTES / 2));
    }

    static void putNetworkLong(MemorySegment segment, long offset, long value) {
        segment.set(NETWORK_LONG, offset, value);
    }

    static void putNetworkInt(MemorySegment segment, long offset, int value) {
        segment.set(INT.withOrder(ByteOrder.BIG_ENDIAN), offset, value);
    }
}
