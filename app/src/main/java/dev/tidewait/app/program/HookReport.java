package dev.tidewait.app.program;

import dev.tidewait.hook.HookSnapshot;
import dev.tidewait.hook.LeftAlone;
import dev.tidewait.ports.PortSet;

/**
 * What became of a program's connects, at one moment. Immutable.
 *
 * @param snapshot the hook's counters
 * @param cgroup where it is attached
 * @param ports the ports that it chooses from
 * @param attachedMillis since when
 */
public record HookReport(HookSnapshot snapshot, String cgroup, PortSet ports, long attachedMillis) {
    /**
     * Connects that asked for one of our ports. Those that the rule does not concern (loopback, a port of the program's own, a mark, a device, a
     * destination that was not chosen) are not among them.
     */
    public long asked() {
        return snapshot.connects() + byKernel() + snapshot.refused();
    }

    /** Of these, those that the kernel chose a port for. */
    public long byKernel() {
        return snapshot.kernelChose()
                + snapshot.leftAlone(LeftAlone.SOURCE_UNKNOWN)
                + snapshot.leftAlone(LeftAlone.NO_SUCH_SOURCE);
    }

    /** Share of {@link #asked()} that got one of our ports; 1 where nobody asked. */
    public double chosenShare() {
        return asked() == 0 ? 1 : (double) snapshot.connects() / asked();
    }
}
