package dev.tidewait.app.program;

import dev.tidewait.linux.Cgroup;
import dev.tidewait.linux.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The network namespace that a program is in: of a container it is not this process's, and ports, sources and TIME_WAIT are those of the namespace.
 * No state.
 */
public final class TheirNamespace {
    private TheirNamespace() {}

    /**
     * Takes the calling thread to that of a cgroup. If some of its processes are in this process's, it stays there.
     *
     * @return what the user should know, one sentence each
     */
    public static List<String> enter(Cgroup cgroup) throws IOException {
        SequencedMap<Long, Path> namespaces = of(cgroup.allProcesses());
        Path ours = namespaces.get(NetworkNamespace.currentInode());
        if (ours != null) {
            namespaces.putFirst(NetworkNamespace.currentInode(), ours);
        }
        return enterFirst(namespaces);
    }

    /**
     * Takes the calling thread to that of a process, whatever namespaces others are in.
     *
     * @param ids the process, then its descendants
     * @return what the user should know, one sentence each
     */
    public static List<String> enter(List<Long> ids) {
        return enterFirst(of(ids));
    }

    private static List<String> enterFirst(SequencedMap<Long, Path> namespaces) {
        if (namespaces.isEmpty()) {
            return List.of();
        }
        Map.Entry<Long, Path> first = namespaces.entrySet().iterator().next();
        List<String> notes = new ArrayList<>();
        String name = "this process's";
        if (first.getKey() != NetworkNamespace.currentInode()) {
            try (NetworkNamespace theirs = NetworkNamespace.open(first.getValue())) {
                theirs.enter();
                name = theirs.toString();
            }
            notes.add("its processes are in another network namespace (" + name
                    + "), as in a container: ports and sources are those of that one");
        }
        if (namespaces.size() > 1) {
            notes.add("its processes are in " + namespaces.size() + " network namespaces: the ports were chosen for "
                    + name + ", and TIME_WAIT without timestamps is removed early there only");
        }
        return notes;
    }

    /** The namespaces of these processes by their numbers, in this order. */
    private static SequencedMap<Long, Path> of(List<Long> ids) {
        SequencedMap<Long, Path> namespaces = new LinkedHashMap<>();
        for (long id : ids) {
            Path file = Path.of("/proc", Long.toString(id), "ns", "net");
            try {
                namespaces.putIfAbsent((Long) Files.getAttribute(file, "unix:ino"), file);
            } catch (IOException ended) {
                // it has no namespace any more
            }
        }
        return namespaces;
    }
}
