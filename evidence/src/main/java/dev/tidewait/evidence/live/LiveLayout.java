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
    static final int EVENT_ROUND_TRIP = 32;
    static final int EVENT_PAYLOAD = 36;
    static final int EVENT_HAPPENING = 40;
    static final int EVENT_TCP_FLAGS = 41;
    static final int EVENT_ENDING = 42;

    /** struct totals; numbers of eight bytes each. */
    static final int TOTALS_ENDED = 0;

    static final int TOTALS_REUSED = 24;
    static final int TOTALS_SEGMENTS = 37;
    static final int TOTALS_LOST = 38;
    static final int TOTALS_UNREAD = 39;
    static final int TOTALS_COUNT = 40;

    /** struct settings. */
    static final int SETTINGS_THRESHOLDS = 0;

    static final int THRESHOLD_COUNT = 12;
    static final int SETTINGS_ROUND_TRIPS = 96;
    static final int SETTINGS_TICKS = 112;
    static final int SETTINGS_NAMESPACE = 116;
    static final int SETTINGS_MASK4 = 120;
    static final int SETTINGS_MASK6 = 124;

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
