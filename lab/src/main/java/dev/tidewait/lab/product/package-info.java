/** The product's own commands, as the experiments start them around a program, and what {@code tidewait run} reports at its end. */
@NullMarked
package dev.tidewait.lab.product;

import org.jspecify.annotations.NullMarked;
