package dev.tidewait.linux;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where cgroup v2 is mounted: alone on {@code /sys/fs/cgroup}, or beside v1 (on {@code /sys/fs/cgroup/unified} by systemd's custom).
 * Immutable.
 *
 * @param point the directory
 * @param root which cgroup the directory shows: {@code /}, or a deeper one where a container was given only its own
 */
record CgroupMount(Path point, String root) {
    private static final String MOUNTS = "/proc/self/mountinfo";

    /** proc(5): id, parent, device, root, mount point, options, optional fields, a dash, the type. */
    private static final Pattern LINE = Pattern.compile("\\d+ \\d+ \\S+ (\\S+) (\\S+) \\S+ (?:\\S+ )*?- cgroup2 .*");

    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    /** What the root of a mount begins with that was made in another cgroup namespace and shows more than ours (cgroup_namespaces(7)). */
    private static final String OUTSIDE = "/..";

    /**
     * The one that this process sees.
     *
     * @throws LinuxException if there is none; the message says how to get one
     */
    static CgroupMount find() {
        return choose(parse(ProcFile.read(MOUNTS, "cannot read " + MOUNTS, "Check that /proc is mounted.")));
    }

    /** The first that shows the cgroups of this process's namespace and is not hidden by another mount. */
    static CgroupMount choose(List<CgroupMount> mounts) {
        List<CgroupMount> visible = mounts.stream()
                .filter(mount -> Files.exists(mount.point.resolve("cgroup.controllers")))
                .toList();
        if (!visible.isEmpty() && visible.stream().allMatch(CgroupMount::isOutside)) {
            throw new LinuxException(
                    "the cgroups mounted here (" + visible.getFirst().point + ") are the host's",
                    Errno.ENOENT,
                    "Start the container with --cgroupns=host, or run on the host.");
        }
        return visible.stream()
                .filter(mount -> !mount.isOutside())
                .findFirst()
                .orElseThrow(() -> new LinuxException(
                        "cgroup v2 is not mounted here",
                        Errno.ENOENT,
                        "Mount it (mount -t cgroup2 none /sys/fs/cgroup, or beside v1: mkdir /sys/fs/cgroup/unified && mount -t"
                                + " cgroup2 none /sys/fs/cgroup/unified); `ip netns exec` hides it, `nsenter --net=/run/netns/NAME`"
                                + " does not."));
    }

    private boolean isOutside() {
        return root.startsWith(OUTSIDE);
    }

    /** Every mount of that type, also one that another mount hides. */
    static List<CgroupMount> parse(String mountinfo) {
        return mountinfo
                .lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(line -> new CgroupMount(Path.of(unescaped(line.group(2))), unescaped(line.group(1))))
                .toList();
    }

    /**
     * The directory of a cgroup as /proc/PID/cgroup names it.
     *
     * @return empty if it lies outside of what is mounted here
     */
    Optional<Path> directory(String cgroup) {
        if (cgroup.startsWith(OUTSIDE)) {
            return Optional.empty(); // above the root of our cgroup namespace
        }
        Path below = Path.of(root).relativize(Path.of(cgroup));
        return below.startsWith("..")
                ? Optional.empty()
                : Optional.of(point.resolve(below).normalize());
    }

    /** Blanks and the like are written as \040 there; the bytes are UTF-8, read as ISO 8859-1. */
    private static String unescaped(String field) {
        Matcher octal = OCTAL.matcher(field);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int from = 0;
        while (octal.find()) {
            bytes.writeBytes(field.substring(from, octal.start()).getBytes(StandardCharsets.UTF_8));
            bytes.write(Integer.parseInt(octal.group(1), 8));
            from = octal.end();
        }
        bytes.writeBytes(field.substring(from).getBytes(StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
