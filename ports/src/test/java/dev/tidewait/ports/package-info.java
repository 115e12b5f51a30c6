/**
 * Tests of the rule and its records: the shared table of cases, the whole structure against a model, and one class per small
 * piece. No kernel, no sleeping; time is driven by hand.
 */
@NullMarked
package dev.tidewait.ports;

import org.jspecify.annotations.NullMarked;
