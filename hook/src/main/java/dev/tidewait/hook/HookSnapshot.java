package dev.tidewait.hook;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Counters since the hook was attached. Immutable.
 *
 * @param destinations one row per (source, destination), most connects first; rows that are not used for long give way to new ones when
 *     there are more than the table holds, so their sum may stay below the totals
 * @param leftAlone connects left alone, by reason; every reason is a key
 * @param connects connects that got one of our ports
 * @param kernelChose connects for which no candidate was fit, left to the kernel
 * @param refused the same under {@link HookSettings#strict()}, and second connects of a socket onto a four-tuple below its floor: failed
 *     with EADDRNOTAVAIL
 * @param bindErrors binds that the kernel refused although the four-tuple was fit. Such a connect tries another four-tuple, up to three in all,
 *     then counts as {@code kernelChose} or {@code refused}; where the source was no longer the host's, as {@link LeftAlone#NO_SUCH_SOURCE}
 * @param destroys TIME_WAIT sockets without timestamps that were destroyed ahead of the cursor
 * @param destroysRefused destroys that the kernel refused
 * @param endingsLost endings that found no room on their way to the one who destroys; their four-tuples wait for the kernel's 60 s
 */
public record HookSnapshot(
        List<DestinationRow> destinations,
        Map<LeftAlone, Long> leftAlone,
        long connects,
        long kernelChose,
        long refused,
        long bindErrors,
        long destroys,
        long destroysRefused,
        long endingsLost) {
    public HookSnapshot {
        destinations = List.copyOf(destinations);
        Map<LeftAlone, Long> all = new EnumMap<>(LeftAlone.class);
        for (LeftAlone reason : LeftAlone.values()) {
            all.put(reason, leftAlone.getOrDefault(reason, 0L));
        }
        leftAlone = Map.copyOf(all);
    }

    /** Connects left alone for this reason. */
    public long leftAlone(LeftAlone reason) {
        return leftAlone.getOrDefault(reason, 0L);
    }
}
