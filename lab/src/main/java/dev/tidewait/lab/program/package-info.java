/**
 * Programs of others that connect for others: what each is told, how it is started, which version it is. Experiments ask for them here; none
 * is an experiment.
 */
@NullMarked
package dev.tidewait.lab.program;

import org.jspecify.annotations.NullMarked;
