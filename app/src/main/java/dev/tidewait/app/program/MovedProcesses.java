package dev.tidewait.app.program;

import dev.tidewait.linux.Cgroup;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.OwnCgroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process and its descendants in a cgroup of their own below the one that they were in, and back at the end. Only those that share its cgroup are
 * moved: another one has limits of its own. Owned by one thread.
 */
public final class MovedProcesses implements AutoCloseable {
    /** A process that forks while it is moved leaves a child behind; it is found in the next round. */
    private static final int MOST_ROUNDS = 100;

    private final OwnCgroup own;
    private final Cgroup home;

    private MovedProcesses(OwnCgroup own, Cgroup home) {
        this.own = own;
        this.home = home;
    }

    /**
     * Makes the cgroup, or takes over the one that a killed attach left the process in. Moves nothing yet.
     *
     * @throws IOException if somebody else applies the rule to the process, or the cgroup cannot be made
     */
    public static MovedProcesses prepare(long processId) throws IOException {
        Cgroup now = Cgroup.ofProcess(processId);
        if (!OwnCgroup.isOne(now)) {
            OwnCgroup.removeAbandoned(now);
            return new MovedProcesses(OwnCgroup.make(now, "attach-" + processId), now);
        }
        return takeOver(now)
                .orElseThrow(() -> new IOException(
                        "process " + processId + " is under the rule already: another tidewait holds its cgroup " + now
                                + ". End that one first ('tidewait detach' for an attach)"));
    }

    /** That of a killed attach or run; empty if the cgroup is not one of ours or its holder lives. */
    public static Optional<MovedProcesses> takeOver(Cgroup cgroup) throws IOException {
        Optional<Cgroup> home = cgroup.parent();
        if (!OwnCgroup.isOne(cgroup) || home.isEmpty()) {
            return Optional.empty();
        }
        return OwnCgroup.hold(cgroup).map(own -> new MovedProcesses(own, home.get()));
    }

    public Cgroup cgroup() {
        return own.cgroup();
    }

    /**
     * Moves the process and its descendants.
     *
     * @return the descendants that are in other cgroups and stay there
     */
    public List<Long> move(long processId) throws IOException {
        List<Long> elsewhere = new ArrayList<>();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            elsewhere.clear();
            boolean moved = false;
            for (long id : withDescendants(processId)) {
                Optional<Cgroup> at = cgroupOf(id);
                if (at.isPresent() && at.get().equals(home)) {
                    moved |= cgroup().add(id);
                } else if (at.isPresent() && !cgroup().contains(at.get())) {
                    elsewhere.add(id);
                }
            }
            if (!moved) {
                break;
            }
        }
        return elsewhere;
    }

    /** Whether this process descends from that one, or is it. */
    public static boolean areWe(long processId) {
        return withDescendants(processId).contains(ProcessHandle.current().pid());
    }

    /** The process, then its descendants. */
    public static List<Long> withDescendants(long processId) {
        List<Long> ids = new ArrayList<>(List.of(processId));
        ProcessHandle.of(processId).ifPresent(process -> process.descendants().forEach(one -> ids.add(one.pid())));
        return ids;
    }

    private static Optional<Cgroup> cgroupOf(long processId) {
        try {
            return Optional.of(Cgroup.ofProcess(processId));
        } catch (LinuxException ended) {
            return Optional.empty();
        }
    }

    /** Moves back everybody who is in the cgroup, and removes it. */
    @Override
    public void close() throws IOException {
        giveBack(own, home);
    }

    /**
     * Moves everybody who is in a cgroup of ours to another one, and removes it. One that cannot be moved does not keep the others there.
     *
     * @throws IOException if somebody had to stay
     */
    public static void giveBack(OwnCgroup own, Cgroup home) throws IOException {
        try (own) {
            for (int round = 0; round < MOST_ROUNDS; round++) {
                List<Long> left = own.cgroup().allProcesses();
                if (left.isEmpty()) {
                    return;
                }
                List<IOException> failures = new ArrayList<>();
                for (long id : left) {
                    try {
                        home.add(id);
                    } catch (IOException e) {
                        failures.add(e);
                    }
                }
                if (failures.size() == left.size()) {
                    throw failures.getFirst();
                }
            }
        }
    }
}
