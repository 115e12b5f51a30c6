package dev.tidewait.app.program;

import dev.tidewait.linux.Cgroup;
import dev.tidewait.linux.ProcessSignal;
import dev.tidewait.linux.ProcessStat;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes signals on to the child; to what it left behind in its cgroup when it has gone into the background. Any thread; one signal at a time.
 */
public final class SignalRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SignalRelay.class);

    private final CompletableFuture<ChildProgram> followed = new CompletableFuture<>();
    private final Cgroup cgroup;
    private final GroupWitness witness;

    /** To be told of the child by {@link #follow}; a signal that comes before is passed on then. */
    public SignalRelay(Cgroup cgroup) throws IOException {
        this.cgroup = cgroup;
        this.witness = new GroupWitness();
    }

    public void follow(ChildProgram child) {
        followed.complete(child);
    }

    /** This process got the signal. */
    public void pass(ProcessSignal signal) {
        pass(signal, System.nanoTime());
    }

    private synchronized void pass(ProcessSignal signal, long nanos) {
        try {
            ChildProgram child = followed.get();
            boolean groupHasIt = witness.sawIt(signal.number(), nanos);
            if (child.isAlive()) {
                if (!groupHasIt || !child.isInOurGroup()) {
                    child.signal(signal);
                }
                return;
            }
            for (long processId : first(cgroup)) {
                signal.send(processId);
            }
        } catch (CancellationException | ExecutionException neverStarted) {
            return; // nobody to pass it on to
        } catch (IOException e) {
            LOG.warn("cannot pass SIG{} on: {}", signal, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The processes of a cgroup whose parents are elsewhere: the masters of daemons, not their workers. */
    static List<Long> first(Cgroup cgroup) throws IOException {
        List<Long> all = cgroup.allProcesses();
        Set<Long> members = new HashSet<>(all);
        return all.stream()
                .filter(id -> ProcessStat.of(id)
                        .map(stat -> !members.contains(stat.parentId()))
                        .orElse(false))
                .toList();
    }

    @Override
    public void close() {
        followed.cancel(false); // else a signal without a child would wait for ever, and we for it
        synchronized (this) {
            witness.close();
        }
    }
}
