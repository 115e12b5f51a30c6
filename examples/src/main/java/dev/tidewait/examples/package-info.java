/**
 * Programs of a few lines that use the connector as a library. Start reading anywhere. What may not live here: anything that
 * another module needs.
 */
@NullMarked
package dev.tidewait.examples;

import org.jspecify.annotations.NullMarked;
