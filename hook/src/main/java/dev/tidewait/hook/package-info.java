/**
 * The rule for programs that already exist: BPF programs on a cgroup choose the four-tuple of every outgoing connection by age, as
 * the ledgers of {@code ports} do for our own connections.
 *
 * <p>Lives here: the BPF programs (C, in {@code src/main/bpf}), loading and attaching them, reading their counters, keeping what
 * they learn fresh, and destroying ahead of the cursor what blocks without timestamps. May not live here: commands, cgroups' making
 * and unmaking, starting programs, Netty.
 *
 * <p>Start reading at {@link dev.tidewait.hook.Hook}, and at {@code tidewait_hook.bpf.c} for what happens in a connect().
 */
@NullMarked
package dev.tidewait.hook;

import org.jspecify.annotations.NullMarked;
