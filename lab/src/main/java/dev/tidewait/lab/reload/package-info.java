/**
 * {@code lab reload}: many reloads of the running product under load, each with a file that has really changed, some of them wrong on
 * purpose.
 *
 * <p>Start reading at {@link dev.tidewait.lab.reload.ReloadRun}; what is changed is in {@link dev.tidewait.lab.reload.ReloadKind}, what must be
 * said of it in {@link dev.tidewait.lab.reload.ConfigurationText}.
 */
@NullMarked
package dev.tidewait.lab.reload;

import org.jspecify.annotations.NullMarked;
