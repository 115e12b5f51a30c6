package dev.tidewait.app;

import dev.tidewait.app.binding.Problem;
import dev.tidewait.app.configuration.ConfigurationChange;
import java.util.List;

/** What came of reading the configuration again. */
sealed interface ReloadOutcome {
    /**
     * It applies, apart from changes that need a new start.
     *
     * @param generation of the configuration: 1 at the start, one more with each reload that applied
     */
    record Applied(long generation, List<ConfigurationChange> changes) implements ReloadOutcome {}

    /** The file is wrong; the configuration of before stays. */
    record Wrong(long generation, List<Problem> problems) implements ReloadOutcome {}

    /**
     * The file is right, but cannot apply here, or now; the configuration of before stays.
     *
     * @param why and what to do
     */
    record Impossible(long generation, String why) implements ReloadOutcome {}
}
