package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.FileFacts;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.OpenFiles;
import java.util.ArrayList;
import java.util.List;

/** A program, or the whole system, has nearly no file descriptor left. */
final class DescriptorLimit implements Check {
    /** Of the limit, taken. */
    private static final double NEARLY_FULL = 0.98;

    private static final double FILLING = 0.9;

    /** What a program with many connections should have at least. */
    private static final long ENOUGH = 65_536;

    /** The kernel's own upper bound where it does not say another (fs.nr_open). */
    private static final long NR_OPEN = 1_048_576;

    @Override
    public Explanation explanation() {
        return new Explanation(
                "open-files",
                "File descriptors of the programs that hold many connections, and of the whole system.",
                "descriptors; each connection needs one, in a proxy two",
                "1,024 (soft limit) unless the service asks for more",
                "Without a descriptor socket() and accept() fail with EMFILE (\"Too many open files\"), at 1,024 long before the ports are gone. TIME_WAIT"
                        + " needs none.",
                "setrlimit(2), RLIMIT_NOFILE; systemd.exec(5), LimitNOFILE");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        List<Finding> findings = new ArrayList<>();
        FileFacts files = facts.files();
        for (OpenFiles program : files.programs()) {
            Severity severity = severity(program.open().orElse(0), program.softLimit());
            if (severity != Severity.OK) {
                findings.add(explanation()
                        .finding(
                                severity,
                                program.program() + " (pid " + program.processId()
                                        + ") has nearly no file descriptor left",
                                List.of(Figures.count(program.open().orElse(0)) + " of "
                                        + Figures.count(program.softLimit()) + " are open"),
                                fix(program, files)));
            }
        }
        if (files.allocated().isPresent() && files.max().isPresent()) {
            Severity system =
                    severity(files.allocated().getAsLong(), files.max().getAsLong());
            if (system != Severity.OK) {
                findings.add(
                        explanation()
                                .finding(
                                        system,
                                        "The system has nearly no file descriptor left",
                                        List.of(Figures.count(files.allocated().getAsLong()) + " of "
                                                + Figures.count(files.max().getAsLong()) + " are open (fs.file-nr)"),
                                        SysctlFix.set(
                                                facts,
                                                "fs.file-max",
                                                Long.toString(2 * files.max().getAsLong()),
                                                "Twice as many files can be open.",
                                                "About one kilobyte of kernel memory for each. It can be set on the host only, not inside a container.")));
            }
        }
        return findings.isEmpty() ? explanation().fine("File descriptors are left") : findings;
    }

    private static Fix fix(OpenFiles program, FileFacts files) {
        long most = files.mostPerProcess().orElse(NR_OPEN);
        long hard = Math.min(program.hardLimit(), most);
        long wished = Math.min(most, Math.max(ENOUGH, 4 * Math.min(program.softLimit(), most)));
        // Only CAP_SYS_RESOURCE may raise the hard limit, which root in a container lacks: stay below it where that
        // helps.
        long wanted = hard >= 2 * program.softLimit() ? Math.min(wished, hard) : wished;
        hard = Math.max(hard, wanted);
        return new Fix(
                "For good: LimitNOFILE=" + wanted
                        + " in the service's unit (systemctl edit UNIT, then restart it), or the program's own setting (nginx:"
                        + " worker_rlimit_nofile; HAProxy: maxconn sets it).",
                List.of("prlimit --pid " + program.processId() + " --nofile=" + wanted + ":" + hard),
                List.of(),
                "The program may open " + Figures.count(wanted) + " files.",
                "A program that sized its tables at its start (HAProxy) uses the new limit only after a restart. A few old programs use select() and break"
                        + " above 1,024.");
    }

    private static Severity severity(long open, long limit) {
        if (open >= NEARLY_FULL * limit) {
            return Severity.TROUBLE;
        }
        return open >= FILLING * limit ? Severity.WARNING : Severity.OK;
    }
}
