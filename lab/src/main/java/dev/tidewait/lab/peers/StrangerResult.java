package dev.tidewait.lab.peers;

import dev.tidewait.lab.product.HookCount;

/**
 * What came of one program under {@code tidewait run} without any option. Immutable.
 *
 * @param program its name
 * @param asked connections a second, less than the plan's where the machine does not carry that
 * @param done that ended as they should
 * @param failed all others
 * @param perSecond done, on average
 * @param causes of failures, as text
 * @param hook what Tidewait counted
 * @param bystander what came of the connections of a process outside
 */
record StrangerResult(
        String program,
        double asked,
        long done,
        long failed,
        double perSecond,
        String causes,
        HookCount hook,
        Bystander.Count bystander) {}
