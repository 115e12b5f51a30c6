package dev.tidewait.app;

import dev.tidewait.app.doctor.Diagnosis;
import dev.tidewait.app.doctor.TidewaitQuestions;
import dev.tidewait.doctor.census.Census;
import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.OwnPorts;
import dev.tidewait.doctor.census.Owner;
import dev.tidewait.doctor.census.TidewaitAccounts;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.Roots;
import dev.tidewait.doctor.host.TidewaitPrograms;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks at a network namespace as often as is asked. Owned by the thread that opened it, and about the namespace which that thread was in.
 *
 * <p>A diagnosis needs a look before it, to compare with, and {@link #ask}, which goes on in the background.
 */
final class DoctorLooks implements AutoCloseable {
    /**
     * A program that has answered before does so within some ten milliseconds; its first answer ever takes longer, until the JVM has loaded what it needs.
     * One that hangs must not make the doctor late: when the limit has passed the second look is due anyway.
     */
    private static final Duration ANSWER_LIMIT = Duration.ofMillis(300);

    private final Census census;
    private final OptionalInt askedPort;
    private TidewaitPrograms programs;
    private TidewaitQuestions questions;

    private DoctorLooks(Census census, OptionalInt askedPort, TidewaitPrograms programs) {
        this.census = census;
        this.askedPort = askedPort;
        this.programs = programs;
        this.questions = TidewaitQuestions.ask(TidewaitPrograms.NONE, Duration.ZERO);
    }

    /**
     * Opens it, to ask all endpoints.
     *
     * @throws dev.tidewait.linux.LinuxException if the kernel cannot be asked
     */
    static DoctorLooks open() {
        return open(OptionalInt.empty());
    }

    /**
     * Opens it.
     *
     * @param askedPort of the one admin endpoint that is asked; empty for all
     * @throws dev.tidewait.linux.LinuxException if the kernel cannot be asked
     */
    static DoctorLooks open(OptionalInt askedPort) {
        TidewaitPrograms programs = TidewaitPrograms.read(Roots.ofHost());
        return new DoctorLooks(Census.open(new OwnPorts(programs.ports())), askedPort, programs);
    }

    /** To compare with. */
    void look() {
        census.look(System::nanoTime);
    }

    /** Begins to ask the Tidewait programs that run now for their ledgers. */
    void ask() {
        programs = TidewaitPrograms.read(Roots.ofHost());
        TidewaitPrograms asked = askedPort.isPresent() ? programs.askedAt(askedPort.getAsInt()) : programs;
        questions = TidewaitQuestions.ask(asked, ANSWER_LIMIT);
    }

    /**
     * Waits for the answers, which takes 0.3 s at most from {@link #ask} on, and looks.
     *
     * @param ownersOf of how many destinations the processes are looked up
     */
    Diagnosis diagnose(int ownersOf) throws InterruptedException {
        TidewaitAccounts accounts = questions.answers();
        census.use(new OwnPorts(programs.ports()));
        look();
        CensusReport report = census.report(ownersOf, accounts);
        Set<Integer> processes = report.destinations().stream()
                .flatMap(use -> use.owners().seen().stream())
                .map(Owner::pid)
                .collect(Collectors.toSet());
        return Diagnosis.of(HostFacts.read(Roots.ofHost(), processes), report);
    }

    @Override
    public void close() {
        census.close();
    }
}
