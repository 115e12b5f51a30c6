package dev.tidewait.lab.peers;

/**
 * What came of a SIGKILL of {@code tidewait run} under load. Immutable.
 *
 * @param running connections that were open through the program when it came and ended as they should
 * @param runningFailed of these, all others
 * @param done short ones, before it and after
 * @param failed of these
 * @param bystander what came of the connections of a process outside, before it and for longer than a TIME_WAIT after it
 */
record KillResult(long running, long runningFailed, long done, long failed, Bystander.Count bystander) {}
