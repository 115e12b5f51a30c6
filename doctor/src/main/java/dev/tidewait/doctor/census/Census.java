package dev.tidewait.doctor.census;

import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.SocketDiag;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who uses the ports of a network namespace: looks at all its TCP sockets by sock_diag, which needs no rights, and changes nothing. Owned by the
 * thread that opened it, and about the namespace which that thread was in.
 *
 * <pre>{@code
 * try (Census census = Census.open(OwnPorts.NONE)) {
 *     census.look(System::nanoTime);              // rates of TIME_WAIT and a forecast need one look,
 *     // half a second later
 *     census.look(System::nanoTime);              // new connections a second need two
 *     CensusReport report = census.report(20);    // with the programs behind the first 20 destinations
 * }
 * }</pre>
 *
 * <p>A look costs a walk of the kernel's table (10 ms and more) and about a microsecond for each socket. Memory is bounded whatever the host
 * holds: 32,768 (source, destination) pairs and 524,288 live connections are told apart; a note says what lies beyond.
 */
public final class Census implements AutoCloseable {
    private final SocketDiag diag;
    private OwnPorts own;
    private final Path proc;
    private final TimeWaitTimer timer;
    private Optional<Look> earlier = Optional.empty();
    private Optional<Look> latest = Optional.empty();

    private Census(SocketDiag diag, OwnPorts own, Path proc, TimeWaitTimer timer) {
        this.diag = diag;
        this.own = own;
        this.proc = proc;
        this.timer = timer;
    }

    /**
     * Opens sock_diag in the calling thread's network namespace.
     *
     * @param own ports that are not left to the kernel's choice
     * @throws LinuxException if the kernel offers no sock_diag for TCP, or refuses it
     */
    public static Census open(OwnPorts own) {
        return new Census(SocketDiag.open(), own, Path.of("/proc"), TimeWaitTimer.ofThisKernel());
    }

    /** From the next look on these ports are not left to the kernel's choice. */
    public void use(OwnPorts ports) {
        own = ports;
    }

    /**
     * Looks at all sockets, settings and counters. The look before stays for comparison, older ones are forgotten.
     *
     * @param nanoTime a clock that never goes back; read before and after the walk, which may take longer the first time
     * @throws CensusException if the kernel does not list the sockets
     * @throws LinuxException if a setting or a counter cannot be read
     */
    public void look(LongSupplier nanoTime) {
        Optional<Look> before = latest;
        latest = Optional.of(Look.take(diag, own, nanoTime, before));
        earlier = before;
    }

    /**
     * What the last look found, and what changed since the one before.
     *
     * @param ownersOf of how many destinations, most endangered first, the processes are looked up
     * @throws IllegalStateException before the first look
     * @throws LinuxException if a setting of the kernel cannot be read
     */
    public CensusReport report(int ownersOf) {
        return report(ownersOf, TidewaitAccounts.NONE);
    }

    /**
     * The same, with what the Tidewait programs of this namespace say of their ports: about those it is the truth.
     *
     * @param accounts asked shortly before the last look
     */
    public CensusReport report(int ownersOf, TidewaitAccounts accounts) {
        Look look = latest.orElseThrow(() -> new IllegalStateException("there was no look yet; call look() first"));
        return new Comparison(look, earlier, timer, TimeWaitReuse.read(), accounts)
                .report(new SocketOwners(proc), ownersOf);
    }

    @Override
    public void close() {
        diag.close();
    }
}
