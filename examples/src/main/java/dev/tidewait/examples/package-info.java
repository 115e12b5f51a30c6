/**
 * Programs of a few lines that use the connector as a library. Start reading at {@link dev.tidewait.examples.LeasedClient}, which
 * is there to be copied; {@link dev.tidewait.examples.SustainedClient} asks it as fast as it goes. What may not live here: anything that
 * another module is built on; the lab only runs these programs.
 */
@NullMarked
package dev.tidewait.examples;

import org.jspecify.annotations.NullMarked;
