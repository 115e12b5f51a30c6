package dev.tidewait.hook.reap;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;

/**
 * What was done between one source and one destination. Immutable.
 *
 * @param destroyed removed; in a dry run those that would have been
 * @param vanished expired or taken over by a connect() before their turn
 * @param failed the kernel refused for another reason
 * @param youngestMillis age of the youngest that was destroyed; 0 without one
 * @param mostSparedFloor most that should have gone in a pass but were too young
 * @param mostSparedFinWait2 most that still waited for the peer's FIN in a pass
 * @param mostUsed most ports in use in a pass, before the removals
 */
public record ReapRow(
        Destination destination,
        IpAddress source,
        long destroyed,
        long vanished,
        long failed,
        long youngestMillis,
        long mostSparedFloor,
        long mostSparedFinWait2,
        int mostUsed) {}
