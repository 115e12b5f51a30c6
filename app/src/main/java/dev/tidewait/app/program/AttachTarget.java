package dev.tidewait.app.program;

import dev.tidewait.linux.Cgroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What {@code tidewait attach} and {@code detach} are told to take. Immutable. */
public sealed interface AttachTarget {
    /** As messages and {@link AttachRecord} name it. */
    String text();

    /**
     * Its cgroup now.
     *
     * @throws IOException if there is none; the message says what to do
     */
    Cgroup cgroup() throws IOException;

    /**
     * A unit of systemd.
     *
     * @param name with its kind, such as {@code nginx.service}
     */
    record Unit(String name) implements AttachTarget {
        private static final List<String> KINDS =
                List.of(".service", ".scope", ".slice", ".socket", ".mount", ".swap", ".target", ".timer", ".path");

        /** @param name as systemctl(1) takes it: without a kind it is a service */
        public static Unit of(String name) {
            return new Unit(KINDS.stream().anyMatch(name::endsWith) ? name : name + ".service");
        }

        @Override
        public String text() {
            return "unit " + name;
        }

        @Override
        public Cgroup cgroup() throws IOException {
            String path = property("ControlGroup");
            if (path.isEmpty()) {
                throw new IOException(why(property("LoadState")));
            }
            return Cgroup.at(Path.of(path))
                    .orElseThrow(() -> new IOException("systemd says that " + name + " is in the cgroup " + path
                            + ", which is not to be seen here." + " In a container, attach from the host"));
        }

        private String why(String loadState) {
            return switch (loadState) {
                case "not-found", "" ->
                    "there is no unit " + name
                            + ". 'systemctl list-units' shows those that are loaded; --pid and --cgroup"
                            + " take what is no unit";
                case "loaded" -> "the unit " + name + " is not running. Start it first: systemctl start " + name;
                default ->
                    "the unit " + name + " cannot be used: systemd calls it " + loadState + ". See: systemctl status "
                            + name;
            };
        }

        private String property(String property) throws IOException {
            if (CommandPath.find("systemctl", Tool.searchPath()) instanceof CommandPath.NotFound) {
                throw new IOException("--unit asks systemd, and there is no systemctl in PATH: use --pid or --cgroup");
            }
            Tool.Output answer = Tool.run(List.of("systemctl", "show", "-p", property, "--value", "--", name));
            if (answer.exitCode() != 0) {
                throw new IOException("systemctl cannot tell about " + name + ": "
                        + answer.complaint().lines().findFirst().orElse("exit code " + answer.exitCode())
                        + ". Where systemd does not run, use --pid or --cgroup");
            }
            return answer.text().strip();
        }
    }

    /** A process, and those that descend from it. */
    record Program(long processId) implements AttachTarget {
        static final String KIND = "process ";

        @Override
        public String text() {
            return KIND + processId;
        }

        @Override
        public Cgroup cgroup() throws IOException {
            if (ProcessHandle.of(processId).isEmpty()) {
                throw new IOException("there is no process " + processId + ". 'pgrep -a NAME' finds the right number");
            }
            return Cgroup.ofProcess(processId);
        }
    }

    /** A cgroup by its path, absolute or below the mount point. */
    record Directory(Path path) implements AttachTarget {
        @Override
        public String text() {
            return "cgroup " + path;
        }

        @Override
        public Cgroup cgroup() throws IOException {
            return Cgroup.at(path)
                    .orElseThrow(() -> new IOException("there is no cgroup " + path
                            + " of version 2. 'cat /proc/PID/cgroup' shows a process's, behind 0::"));
        }
    }

    /**
     * Why the rule cannot be applied to a cgroup; empty if it can.
     *
     * @param own that of this process: our own connections must not go through the hook
     */
    static Optional<String> unfit(Cgroup cgroup, Cgroup own) {
        if (cgroup.isRoot()) {
            return Optional.of("the root cgroup holds every process of this host, Tidewait included."
                    + " Name the cgroup, unit or process of one program");
        }
        if (cgroup.contains(own)) {
            return Optional.of("the cgroup " + cgroup + " contains this tidewait itself (" + own + ")."
                    + " Start it from another session or unit, or name a smaller cgroup");
        }
        return Optional.empty();
    }
}
