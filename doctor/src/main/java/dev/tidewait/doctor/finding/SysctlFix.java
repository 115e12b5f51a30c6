package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.SysctlLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** Commands about kernel settings: for now, and in the files that boot applies. Pure functions; any thread. */
final class SysctlFix {
    private static final Path DIRECTORY = Path.of("etc/sysctl.d");

    /** Sorts behind all the usual names, so that its lines are applied last. */
    private static final String FILE = "99-zz-tidewait.conf";

    /** Settings that each network namespace has for itself. */
    private static final String OF_NAMESPACE = "net.";

    private SysctlFix() {}

    /** Sets one setting now, and for good where a file can. */
    static Fix set(HostFacts facts, String key, String value, String change, String risk) {
        SequencedMap<String, String> one = new LinkedHashMap<>();
        one.put(key, value);
        return set(facts, one, change, risk);
    }

    /** Sets these in their order. */
    static Fix set(HostFacts facts, SequencedMap<String, String> settings, String change, String risk) {
        List<String> commands = settings.entrySet().stream()
                .map(one -> now(one.getKey(), one.getValue()))
                .toList();
        // Boot applies its files to the initial network namespace; all others begin with the kernel's defaults.
        if (!facts.isInitialNamespace() && settings.keySet().stream().anyMatch(key -> key.startsWith(OF_NAMESPACE))) {
            return new Fix(whereItIsMade(settings), commands, List.of(), change, risk);
        }
        List<String> permanent = settings.entrySet().stream()
                .map(one -> atBoot(facts, one.getKey(), one.getValue()))
                .toList();
        return new Fix("", commands, permanent, change, risk);
    }

    private static String whereItIsMade(SequencedMap<String, String> settings) {
        String options = settings.entrySet().stream()
                .map(one -> "--sysctl " + one.getKey() + "='" + one.getValue() + "'")
                .collect(Collectors.joining(" "));
        return "This is a container's or another network namespace, which the host's /etc/sysctl.d does not reach. It is set where the"
                + " namespace is made, for good: docker run " + options
                + "; in a pod securityContext.sysctls (the kubelet may have to allow it: --allowed-unsafe-sysctls); after `ip netns add`"
                + " the commands for now. Only a container that boots with a systemd of its own reads its own /etc/sysctl.d.";
    }

    /** {@code sysctl -w}. */
    static String now(String key, String value) {
        return "sysctl -w " + key + "='" + value + "'";
    }

    /** Puts the value where boot reads it: in the line that counts now, if an administrator wrote one, else in a file of its own. */
    private static String atBoot(HostFacts facts, String key, String value) {
        String line = key + " = " + value;
        List<SysctlLine> lines = facts.linesOf(key);
        if (lines.isEmpty() || lines.getLast().ofPackage()) {
            return "echo '" + line + "' >> " + quoted(directory(facts).resolve(FILE));
        }
        SysctlLine last = lines.getLast();
        return "sed -i '" + last.lineNumber() + "s|.*|" + line + "|' " + quoted(last.file());
    }

    /** Makes comments of these lines; a file of a package is overruled by a copy in /etc/sysctl.d. */
    static List<String> commentOut(HostFacts facts, List<SysctlLine> lines) {
        Map<Path, List<SysctlLine>> byFile = new LinkedHashMap<>();
        lines.forEach(line ->
                byFile.computeIfAbsent(line.file(), file -> new ArrayList<>()).add(line));
        return byFile.entrySet().stream()
                .map(entry -> commentOut(facts, entry.getKey(), entry.getValue()))
                .toList();
    }

    private static String commentOut(HostFacts facts, Path file, List<SysctlLine> lines) {
        StringBuilder script = new StringBuilder();
        for (SysctlLine line : lines) {
            script.append(" -e '").append(line.lineNumber()).append("s/^/# /'");
        }
        return lines.getFirst().ofPackage()
                ? "sed" + script + " " + quoted(file) + " > "
                        + quoted(directory(facts).resolve(String.valueOf(file.getFileName())))
                : "sed -i" + script + " " + quoted(file);
    }

    /** A file as the shell takes it. */
    static String file(HostFacts facts, String path) {
        return quoted(facts.roots().files().resolve(path));
    }

    private static Path directory(HostFacts facts) {
        return facts.roots().files().resolve(DIRECTORY);
    }

    private static String quoted(Path file) {
        String text = file.toString();
        return text.matches("[A-Za-z0-9._/-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
