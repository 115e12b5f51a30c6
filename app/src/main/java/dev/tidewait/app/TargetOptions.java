package dev.tidewait.app;

import dev.tidewait.app.program.AttachTarget;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The three ways to name a program that runs already. Used by the main thread. */
final class TargetOptions {
    @Option(
            names = "--unit",
            paramLabel = "NAME",
            description = "A unit of systemd, such as nginx or nginx.service; its restarts are followed.")
    private @Nullable String unit;

    @Option(
            names = "--pid",
            paramLabel = "N",
            description =
                    "A process and those that descend from it: they are moved to a cgroup below theirs, and back at the end.")
    private @Nullable Long processId;

    @Option(
            names = "--cgroup",
            paramLabel = "PATH",
            description =
                    "Every process in a cgroup (version 2) and below, such as /sys/fs/cgroup/system.slice/nginx.service.")
    private @Nullable Path cgroup;

    /** The number of a process, where it was named so. */
    OptionalLong processId() {
        return processId == null ? OptionalLong.empty() : OptionalLong.of(processId);
    }

    /** What was named; empty if nothing was. */
    Optional<AttachTarget> target() {
        if (unit != null) {
            return Optional.of(AttachTarget.Unit.of(unit));
        }
        if (processId != null) {
            return Optional.of(new AttachTarget.Program(processId));
        }
        return cgroup == null ? Optional.empty() : Optional.of(new AttachTarget.Directory(cgroup));
    }
}
