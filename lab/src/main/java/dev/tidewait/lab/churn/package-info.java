/**
 * {@code lab churn}: long-lived connections beside a million short ones on the same ports and to the same destination, over a link that
 * treats packets badly. May a four-tuple that is used again harm the one beside it, or its own next incarnation?
 *
 * <p>The ports are chosen by the proxy or, where the clients connect for themselves, by {@code tidewait run}.
 *
 * <p>Start reading at {@link dev.tidewait.lab.churn.ChurnRun}; what is claimed stands in {@link dev.tidewait.lab.churn.ChurnVerdicts}, and
 * {@link dev.tidewait.lab.churn.Breakage} says how each claim can be made to fail.
 */
@NullMarked
package dev.tidewait.lab.churn;

import org.jspecify.annotations.NullMarked;
