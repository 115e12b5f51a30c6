package dev.tidewait.doctor.census;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the processes that hold sockets, by the descriptors that /proc shows. Owned by one thread, used once. Sees the processes of this /proc
 * (those of the same container) and, without CAP_SYS_PTRACE, of the same user.
 */
final class SocketOwners {
    /** Descriptors read at most: about half a second's worth. */
    private static final int DESCRIPTOR_LIMIT = 100_000;

    private static final String SOCKET = "socket:[";

    private final Path proc;
    private final int descriptorLimit;
    /** Which group a socket belongs to, by inode; those not found yet. */
    private final Map<Long, Integer> groups = new HashMap<>();

    private final List<List<Owner>> owners = new ArrayList<>();
    private final List<Integer> unseen = new ArrayList<>();
    private int read;
    private int forbiddenProcesses;
    private boolean stoppedEarly;

    /** @param proc /proc */
    SocketOwners(Path proc) {
        this(proc, DESCRIPTOR_LIMIT);
    }

    /** @param descriptorLimit descriptors read at most */
    SocketOwners(Path proc, int descriptorLimit) {
        this.proc = proc;
        this.descriptorLimit = descriptorLimit;
    }

    /** Begins a group of sockets whose owners are asked together; its number. */
    int addGroup() {
        owners.add(new ArrayList<>());
        unseen.add(0);
        return owners.size() - 1;
    }

    void add(int group, long inode) {
        if (groups.put(inode, group) == null) {
            unseen.set(group, unseen.get(group) + 1);
        }
    }

    /** Reads /proc until all are found. */
    void find() {
        if (groups.isEmpty()) {
            return;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (isOver()) {
                    return;
                }
                look(process);
            }
        } catch (IOException | DirectoryIteratorException e) {
            stoppedEarly = true;
        }
    }

    /** Those of a group. */
    Owners owners(int group) {
        List<Owner> seen = owners.get(group);
        seen.sort(Comparator.comparingInt(Owner::socketCount).reversed());
        return new Owners(seen, unseen.get(group));
    }

    /** Sockets whose process was not found. */
    int unseenSockets() {
        return groups.size();
    }

    /** Processes whose descriptors may not be read. */
    int forbiddenProcesses() {
        return forbiddenProcesses;
    }

    /** Whether there were more descriptors than are read. */
    boolean isStoppedEarly() {
        return stoppedEarly;
    }

    /** All are found, or the limit is reached. */
    private boolean isOver() {
        if (groups.isEmpty()) {
            return true;
        }
        stoppedEarly |= read >= descriptorLimit;
        return stoppedEarly;
    }

    private void look(Path process) {
        Map<Integer, Integer> counts = new HashMap<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (isOver()) {
                    break;
                }
                count(target(descriptor), counts);
            }
        } catch (AccessDeniedException e) {
            forbiddenProcesses++;
        } catch (IOException | DirectoryIteratorException e) {
            read++; // the process ended meanwhile; what was counted stands
        }
        int pid = Integer.parseInt(proc.relativize(process).toString());
        counts.forEach((group, count) -> owners.get(group).add(new Owner(pid, name(process), count)));
    }

    /** What a descriptor points to; empty if it was closed meanwhile. */
    private String target(Path descriptor) throws IOException {
        read++;
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private void count(String target, Map<Integer, Integer> counts) {
        if (!target.startsWith(SOCKET)) {
            return;
        }
        Integer group = groups.remove(Long.parseLong(target.substring(SOCKET.length(), target.length() - 1)));
        if (group != null) {
            counts.merge(group, 1, Integer::sum);
            unseen.set(group, unseen.get(group) - 1);
        }
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "?";
        }
    }
}
