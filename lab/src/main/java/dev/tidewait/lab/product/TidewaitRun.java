package dev.tidewait.lab.product;

import dev.tidewait.lab.JsonObject;
import dev.tidewait.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code tidewait run} around a program: its command, and what it reported at its end. Used by one thread; close it once. */
public final class TidewaitRun implements AutoCloseable {
    private final List<String> options;
    private final Path report;

    /** @param options of its command line */
    public TidewaitRun(List<String> options) {
        this.options = List.copyOf(options);
        try {
            this.report = Files.createTempFile("tidewait-lab-", ".report");
        } catch (IOException e) {
            throw new LabException("cannot make a file for the report of tidewait run: " + e.getMessage(), e);
        }
    }

    /** @param ports as LOW-HIGH */
    public static TidewaitRun withPorts(String ports) {
        return new TidewaitRun(List.of("--ports", ports));
    }

    /**
     * A connect fails where no port has rested long enough.
     *
     * @param ports as LOW-HIGH
     */
    public static TidewaitRun strict(String ports) {
        return new TidewaitRun(List.of("--strict", "--ports", ports));
    }

    /** No option that would change anything. */
    public static TidewaitRun asItComes() {
        return new TidewaitRun(List.of());
    }

    /** The command that runs a command so. */
    public List<String> around(List<String> command) {
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(options);
        arguments.addAll(List.of("--json", "--report", report.toString(), "--"));
        arguments.addAll(command);
        return TidewaitProgram.command(arguments);
    }

    /** After its end. */
    public HookCount count() {
        return RunReport.parse(report());
    }

    /** What it reported, after its end. */
    public JsonObject report() {
        try {
            return JsonObject.parse(Files.readString(report));
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
