package dev.tidewait.app.doctor;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.finding.Checks;
import dev.tidewait.doctor.finding.Finding;
import dev.tidewait.doctor.finding.Severity;
import dev.tidewait.doctor.host.HostFacts;
import java.util.List;

/**
 * All that is known of a host at one moment. Immutable.
 *
 * @param facts what limits new connections
 * @param census who uses the ports
 * @param findings what follows from both, the worst first; what is in order too
 */
public record Diagnosis(HostFacts facts, CensusReport census, List<Finding> findings) {
    public Diagnosis {
        findings = List.copyOf(findings);
    }

    public static Diagnosis of(HostFacts facts, CensusReport census) {
        return new Diagnosis(facts, census, Checks.look(facts, census));
    }

    /** The worst there is. */
    public Severity severity() {
        return findings.stream().map(Finding::severity).max(Severity::compareTo).orElse(Severity.OK);
    }
}
