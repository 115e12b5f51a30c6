package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Problem;
import java.util.List;

/** What came of reading a configuration file. */
public sealed interface Loaded {
    /** The file is right. */
    record Good(Configuration configuration) implements Loaded {}

    /** The file is wrong, or cannot be read; at least one problem. */
    record Bad(List<Problem> problems) implements Loaded {}
}
