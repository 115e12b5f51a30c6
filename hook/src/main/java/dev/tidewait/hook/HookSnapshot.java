package dev.tidewait.hook;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * Counters since the hook was attached. Immutable.
 *
 * @param destinations one row per (source, destination), most connects first; rows that are not used for long give way to new ones when
 *     there are more than the table holds, so their sum may stay below the totals
 * @param leftAlone connects left alone, by reason; every reason is a key
 * @param noPort connects for which there was no fit four-tuple, {@code kernelChose} and {@code refused} together, by reason; every reason is a key
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
        Map<NoPort, Long> noPort,
        long connects,
        long kernelChose,
        long refused,
        long bindErrors,
        long destroys,
        long destroysRefused,
        long endingsLost) {
    public HookSnapshot {
        destinations = List.copyOf(destinations);
        leftAlone = complete(LeftAlone.class, leftAlone);
        noPort = complete(NoPort.class, noPort);
    }

    private static <R extends Enum<R>> Map<R, Long> complete(Class<R> reasons, Map<R, Long> counts) {
        Map<R, Long> all = new EnumMap<>(reasons);
        for (R reason : EnumSet.allOf(reasons)) {
            all.put(reason, counts.getOrDefault(reason, 0L));
        }
        return Map.copyOf(all);
    }

    /** Connects without a fit four-tuple for this reason. */
    public long noPort(NoPort reason) {
        return noPort.getOrDefault(reason, 0L);
    }

    /** Connects left alone for this reason. */
    public long leftAlone(LeftAlone reason) {
        return leftAlone.getOrDefault(reason, 0L);
    }
}
