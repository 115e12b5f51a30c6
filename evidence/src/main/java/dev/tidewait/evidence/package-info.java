/**
 * The data: how late segments reach a four-tuple after both ends have closed, from captures and from live traffic, and how short TIME_WAIT may be by
 * them. It reads files and, by {@code dev.tidewait.linux}, the kernel; it opens no connection of its own. What prints, and what knows the command
 * line, lives in the app; what makes late segments on purpose lives in the lab.
 *
 * <p>Packages: {@code capture} reads packet captures, {@code track} follows the connections in them, {@code late} counts late segments by age and
 * kind (the words that all share), {@code live} watches the traffic of a running host, {@code risk} is the model.
 */
@NullMarked
package dev.tidewait.evidence;

import org.jspecify.annotations.NullMarked;
