/**
 * Relief for hosts where BPF or a cgroup may not be used: destroys outgoing TIME_WAIT sockets of any program, oldest first, never below
 * a floor, by age or by how many of the ports towards a destination are in use.
 *
 * <p>Lives here: what to destroy and when, and the count of it. May not live here: commands, output, signals, BPF.
 *
 * <p>Start reading at {@link dev.tidewait.hook.reap.Reaper}. It takes a {@code Census} (one walk of the kernel's table), asks the
 * {@code PassPlan} how many of each {@code Pair}'s sockets are to go and when the next pass is due, and destroys them in the order of
 * {@code OldestFirst}. Everything is owned by one thread, and nothing is allocated for a socket.
 */
@NullMarked
package dev.tidewait.hook.reap;

import org.jspecify.annotations.NullMarked;
