/**
 * Tidewait's configuration: one YAML file, one record for each of its sections.
 *
 * <p>What lives here: the records (start reading at {@link dev.tidewait.app.configuration.Configuration}), the checks that
 * look at more than one key ({@code CrossChecks}), and the reading of the file. What may not live here: anything that opens,
 * resolves or asks the host; a configuration is the same on every machine.
 */
@NullMarked
package dev.tidewait.app.configuration;

import org.jspecify.annotations.NullMarked;
