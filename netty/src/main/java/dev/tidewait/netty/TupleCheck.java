package dev.tidewait.netty;

import dev.tidewait.linux.DestroyOutcome;
import dev.tidewait.linux.Refused;
import dev.tidewait.linux.SocketAnswer;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpTuple;
import dev.tidewait.linux.TimeWaitSocket;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.Lease;
import java.util.concurrent.atomic.LongAdder;

/** Asks the kernel about a leased four-tuple before it is bound. Any thread, with its own {@link SocketDiag}. */
final class TupleCheck {
    private final LongAdder destroyed = new LongAdder();

    /** What the kernel said. */
    enum Answer {
        /** Bind and connect. */
        READY,
        /** The kernel holds it, or its state is not known: set it aside. */
        HELD
    }

    /** Does what the lease's preparation asks for. */
    Answer prepare(Lease lease, SocketDiag diag) {
        return switch (lease.preparation()) {
            case NONE -> Answer.READY;
            case LOOK_UP -> lookUp(lease, diag);
            case DESTROY -> destroy(lease, diag);
        };
    }

    private static Answer lookUp(Lease lease, SocketDiag diag) {
        return afterLookUp(diag.get(tuple(lease)));
    }

    /**
     * Without an answer nobody knows, and then it must not be tried: connect() refuses a four-tuple that is in use, but takes over a
     * TIME_WAIT with timestamps or a FIN_WAIT2 of any age.
     */
    static Answer afterLookUp(SocketAnswer answer) {
        return switch (answer) {
            case SocketAnswer.Free ignored -> Answer.READY;
            case SocketAnswer.Gone ignored -> Answer.READY;
            case TimeWaitSocket ignored -> Answer.HELD;
            case SocketAnswer.Held ignored -> Answer.HELD;
            case Refused ignored -> Answer.HELD;
        };
    }

    private Answer destroy(Lease lease, SocketDiag diag) {
        return switch (diag.getWithCookie(tuple(lease), lease.cookie())) {
            case TimeWaitSocket timeWait -> destroy(timeWait, diag);
            // Our TIME_WAIT is not there although it should be: perhaps the peer closed first after all, in the same
            // instant.
            // Then the unknown row applies.
            case SocketAnswer.Free ignored ->
                lease.ageMillis() < lease.unknownFloorMillis() ? Answer.HELD : Answer.READY;
            case SocketAnswer.Gone ignored ->
                lease.ageMillis() < lease.unknownFloorMillis() ? Answer.HELD : Answer.READY;
            case SocketAnswer.Held ignored -> Answer.HELD;
            case Refused ignored -> Answer.HELD;
        };
    }

    /** connect() was refused on a four-tuple past its floor: if it is a TIME_WAIT, it has no timestamps and may be destroyed. */
    Answer destroyAfterRefusal(Lease lease, SocketDiag diag) {
        return diag.get(tuple(lease)) instanceof TimeWaitSocket timeWait ? destroy(timeWait, diag) : Answer.HELD;
    }

    private Answer destroy(TimeWaitSocket timeWait, SocketDiag diag) {
        DestroyOutcome outcome = diag.destroy(timeWait);
        if (outcome instanceof DestroyOutcome.Destroyed) {
            destroyed.increment();
            return Answer.READY;
        }
        return outcome instanceof DestroyOutcome.AlreadyGone ? Answer.READY : Answer.HELD;
    }

    /** TIME_WAIT sockets destroyed since the start. */
    long destroyedCount() {
        return destroyed.sum();
    }

    private static TcpTuple tuple(Lease lease) {
        IpAddress source = lease.source();
        Destination destination = lease.destination();
        return new TcpTuple(
                source.high(),
                source.low(),
                lease.sourcePort(),
                destination.address().high(),
                destination.address().low(),
                destination.port());
    }
}
