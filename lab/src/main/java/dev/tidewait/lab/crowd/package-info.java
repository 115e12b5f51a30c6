/**
 * The crowd of {@code lab crowd}: clients that keep a proxy's connections and ask for nothing, or for little, or take what they asked for
 * slowly, and the server that they talk to. Two programs of their own; nothing here knows the product.
 *
 * <p>Start reading at {@link dev.tidewait.lab.crowd.Habit}.
 */
@NullMarked
package dev.tidewait.lab.crowd;

import org.jspecify.annotations.NullMarked;
