package dev.tidewait.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a Java process that the lab started uses, from outside: /proc and the JDK's jcmd. Immutable; any thread. */
public final class ProcessWatch {
    private static final long DEADLINE_SECONDS = 30;
    /** One line for each generation of the serial and the parallel collector; Metaspace has other words. */
    private static final Pattern GENERATION = Pattern.compile("total \\d+K, used (\\d+)K");

    private final long pid;

    public ProcessWatch(ProcessHandle process) {
        this.pid = process.pid();
    }

    /** Resident memory: heap, native memory and all else. */
    long residentBytes() {
        return status("VmRSS:") * 1_024;
    }

    /** Effective capabilities as a bit set; 0 = none. */
    long capabilities() {
        return Long.parseUnsignedLong(statusText("CapEff:"), 16);
    }

    int user() {
        return (int) status("Uid:");
    }

    public int descriptors() {
        try (Stream<Path> open = Files.list(proc("fd"))) {
            return (int) open.count();
        } catch (IOException e) {
            throw new LabException("cannot count the descriptors of process " + pid + ": " + e.getMessage(), e);
        }
    }

    /** What the heap holds after a full collection. */
    long liveHeapBytes() {
        jcmd("GC.run");
        return heapBytes();
    }

    /** What the heap holds now, garbage included. */
    long heapBytes() {
        String info = jcmd("GC.heap_info");
        Matcher generation = GENERATION.matcher(info);
        long kilobytes = 0;
        boolean found = false;
        while (generation.find()) {
            kilobytes += Long.parseLong(generation.group(1));
            found = true;
        }
        if (!found) {
            throw new LabException("cannot read the heap of process " + pid + " from: " + info);
        }
        return kilobytes * 1_024;
    }

    private long status(String row) {
        return Long.parseLong(statusText(row).split("\\s+")[0]);
    }

    private String statusText(String row) {
        try (Stream<String> lines = Files.lines(proc("status"))) {
            return lines.filter(line -> line.startsWith(row))
                    .findFirst()
                    .orElseThrow(() -> new LabException("no " + row + " in " + proc("status")))
                    .substring(row.length())
                    .strip();
        } catch (IOException e) {
            throw new LabException("process " + pid + " cannot be looked at: " + e.getMessage(), e);
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(pid), file);
    }

    private String jcmd(String command) {
        String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(List.of(program, Long.toString(pid), command))
                    .redirectErrorStream(true)
                    .start();
            // It says less than a pipe holds.
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LabException("jcmd " + command + " did not end within " + DEADLINE_SECONDS + " s");
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new LabException("jcmd " + pid + " " + command + " failed: " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new LabException("cannot run " + program + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while jcmd looked at process " + pid, e);
        }
    }
}
