package dev.tidewait.doctor.census;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The connections from one source to one destination at the last look, and where that leads. Outgoing ones only. Immutable.
 *
 * @param source local address
 * @param destination where to
 * @param counts sockets by state, on any local port
 * @param usable ports that connect() may choose for it at all; where Tidewait holds most of the connections, the ports that it owns
 * @param inUse of these, how many are taken: in any state, TIME_WAIT included; by a ledger, leased ones and those that are not yet as good as new
 * @param reusable of those taken, TIME_WAIT ones that connect() may take over (tcp_tw_reuse), or Tidewait by its shortest floor, or by what its ledger
 *     says
 * @param firstParityInUse of those taken, how many have the parity of the range's first port. connect() takes these first, bind() to port 0
 *     takes the others first (Linux 4.2)
 * @param ages TIME_WAIT by age, on any local port
 * @param flow how connections come and go
 * @param exhaustion when the usable ports are all taken
 * @param owners who holds the live sockets; {@link Owners#NONE} where it was not looked up
 * @param countedBy by what {@code usable}, {@code inUse}, {@code reusable} and {@code exhaustion} are known
 * @param ledger what Tidewait's ledger says of it, if there is one that could be asked
 */
public record DestinationUse(
        IpAddress source,
        Destination destination,
        StateCounts counts,
        int usable,
        int inUse,
        int reusable,
        int firstParityInUse,
        TimeWaitAges ages,
        Flow flow,
        Exhaustion exhaustion,
        Owners owners,
        CountedBy countedBy,
        Optional<LedgerUse> ledger) {
    /** Whether Tidewait chooses the ports, so that settings about connect() change nothing. */
    public boolean isTidewaits() {
        return countedBy != CountedBy.SOCKETS;
    }

    /** Ports that ended connections still block: TIME_WAIT; where Tidewait chooses, only those that it could not lease again now. */
    public int restingCount() {
        return switch (countedBy) {
            case SOCKETS -> counts.timeWait();
            case FLOOR, HOOK -> Math.max(0, taken() - counts.live());
            case LEDGER -> Math.max(0, taken() - ledger.map(LedgerUse::leased).orElse(0));
        };
    }

    /** Of the usable ports, those that connect() could not take now. */
    public int taken() {
        return inUse - reusable;
    }

    /** Ports that connect() could take now. */
    public int headroom() {
        return Math.max(0, usable - taken());
    }

    /** Sockets on ports that are not among the usable ones: a program binds to ports of its own. */
    public int onOwnPorts() {
        return Math.max(0, counts.total() - inUse);
    }

    /** New connections a second, from two looks. */
    public OptionalDouble newPerSecond() {
        return flow.newPerSecond();
    }

    /** Time to exhaustion: 0 for now, empty for not foreseen. */
    public OptionalDouble secondsToExhaustion() {
        return switch (exhaustion) {
            case Exhaustion.Reached ignored -> OptionalDouble.of(0);
            case Exhaustion.Foreseen foreseen -> OptionalDouble.of(foreseen.seconds());
            case Exhaustion.NotForeseen ignored -> OptionalDouble.empty();
        };
    }

    DestinationUse with(Owners found) {
        return new DestinationUse(
                source,
                destination,
                counts,
                usable,
                inUse,
                reusable,
                firstParityInUse,
                ages,
                flow,
                exhaustion,
                found,
                countedBy,
                ledger);
    }

    DestinationUse with(LedgerUse known) {
        return new DestinationUse(
                source,
                destination,
                counts,
                usable,
                inUse,
                reusable,
                firstParityInUse,
                ages,
                flow,
                exhaustion,
                owners,
                countedBy,
                Optional.of(known));
    }

    /** Who closes first. */
    public TimeWaitSide timeWaitSide() {
        return TimeWaitSide.of(counts, flow);
    }
}
