package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.HostFacts;
import java.util.List;

/** One thing that can be wrong. A pure function; any thread. */
public interface Check {
    /** What it is about. */
    Explanation explanation();

    /**
     * What is wrong, or one finding of {@link Severity#OK} that says what was looked at; empty if the facts for it could not be seen.
     *
     * @param facts what limits new connections
     * @param census who uses the ports
     */
    List<Finding> look(HostFacts facts, CensusReport census);
}
