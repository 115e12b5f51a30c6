/**
 * The program: one class for each command, and what puts the modules below together.
 *
 * <p>What lives here: the command line (start reading at {@link dev.tidewait.app.TidewaitMain}, then {@code ProxyCommand} and {@code
 * RunningProxy}), the mapping of the configuration to the settings of the modules, and {@code Outgoing}, the one place where
 * outgoing connections come from. What may not live here: relaying, ledgers, system calls; those are in the modules below.
 */
@NullMarked
package dev.tidewait.app;

import org.jspecify.annotations.NullMarked;
