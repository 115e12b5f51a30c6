package dev.tidewait.lab.peers;

import dev.tidewait.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code tidewait run} around a program: its command, and what it reported at its end. Used by one thread; close it once. */
final class TidewaitRun implements AutoCloseable {
    private final List<String> options;
    private final Path report;

    private TidewaitRun(List<String> options) {
        this.options = List.copyOf(options);
        try {
            this.report = Files.createTempFile("tidewait-lab-", ".report");
        } catch (IOException e) {
            throw new LabException("cannot make a file for the report of tidewait run: " + e.getMessage(), e);
        }
    }

    /** @param ports as LOW-HIGH */
    static TidewaitRun withPorts(String ports) {
        return new TidewaitRun(List.of("--ports", ports));
    }

    /** No option that would change anything. */
    static TidewaitRun asItComes() {
        return new TidewaitRun(List.of());
    }

    List<String> around(List<String> command) {
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(options);
        arguments.addAll(List.of("--json", "--report", report.toString(), "--"));
        arguments.addAll(command);
        return TidewaitProgram.command(arguments);
    }

    /** After its end. */
    HookCount count() {
        try {
            return RunReport.parse(Files.readString(report));
        } catch (IOException e) {
            throw new LabException("cannot read the report of tidewait run: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(report);
        } catch (IOException e) {
            throw new LabException("cannot remove " + report + ": " + e.getMessage(), e);
        }
    }
}
