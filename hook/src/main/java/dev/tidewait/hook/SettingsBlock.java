package dev.tidewait.hook;

import dev.tidewait.ports.Floors;
import dev.tidewait.ports.IpAddress;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Writes the programs' constants (struct settings) before they are loaded. */
final class SettingsBlock {
    private static final long POSITIONS = 1L << 32;

    private SettingsBlock() {}

    /**
     * @param ports in the order in which they are given out
     * @param ticksPerSecond the kernel's tick
     * @param ownNetns cookie of the network namespace in which TIME_WAIT may be destroyed
     * @param hashKey secret, new at each start
     */
    static void write(
            MemorySegment block, HookSettings settings, char[] ports, int ticksPerSecond, long ownNetns, long hashKey) {
        block.set(Layout.LONG, Layout.SETTINGS_HASH_KEY, hashKey);
        writeFloors(block, settings.floors(), settings.mayDestroy());
        block.set(Layout.INT, Layout.SETTINGS_PORT_COUNT, ports.length);
        block.set(Layout.INT, Layout.SETTINGS_POSITION_LIMIT, (int) positionLimit(ports.length));
        block.set(Layout.INT, Layout.SETTINGS_TICKS, ticksPerSecond);
        block.set(Layout.INT, Layout.SETTINGS_STRICT, settings.strict() ? 1 : 0);
        block.set(Layout.INT, Layout.SETTINGS_OWN_NETNS, (int) ownNetns);
        int sources4 = (int) settings.sources().stream().filter(IpAddress::isV4).count();
        block.set(Layout.INT, Layout.SETTINGS_SOURCES4, sources4);
        block.set(Layout.INT, Layout.SETTINGS_SOURCES6, settings.sources().size() - sources4);
        writeMatches(block, settings.destinations());
        for (int i = 0; i < ports.length; i++) {
            block.set(Layout.PORT, Layout.SETTINGS_PORTS + (long) i * Character.BYTES, ports[i]);
        }
    }

    /** A multiple of the number of ports, so that the order goes on where positions start again; a whole round below 32 bits. */
    static long positionLimit(int portCount) {
        return (POSITIONS / portCount - 1) * portCount;
    }

    private static void writeFloors(MemorySegment block, Floors floors, boolean mayDestroy) {
        long[] millis = {
            floors.timestampsMillis(),
            floors.sequenceMillis(),
            floors.unknownMillis(),
            floors.refusedMillis(),
            floors.synTimeoutMillis(),
            floors.fixedMillis()
        };
        long offset = Layout.SETTINGS_FLOORS;
        for (long floor : millis) {
            block.set(Layout.LONG, offset, floor);
            offset += Long.BYTES;
        }
        block.set(Layout.INT, offset, floors.peerIsLinux() ? 1 : 0);
        block.set(Layout.INT, offset + Integer.BYTES, mayDestroy ? 1 : 0);
    }

    private static void writeMatches(MemorySegment block, List<DestinationMatch> matches) {
        block.set(Layout.INT, Layout.SETTINGS_MATCH_COUNT, matches.size());
        for (int i = 0; i < matches.size(); i++) {
            DestinationMatch match = matches.get(i);
            MemorySegment place =
                    block.asSlice(Layout.SETTINGS_MATCHES + (long) i * Layout.MATCH_BYTES, Layout.MATCH_BYTES);
            Layout.putAddress(place, Layout.MATCH_NETWORK, match.network());
            Layout.putAddress(place, Layout.MATCH_MASK, match.mask());
            place.set(Layout.INT, Layout.MATCH_PORT, match.port());
        }
    }
}
