package dev.tidewait.app.plan;

import dev.tidewait.doctor.plan.Capacity;
import dev.tidewait.doctor.plan.Preset;
import java.util.Optional;

/**
 * What goes into the plan, each figure with its origin; times in milliseconds. Immutable.
 *
 * @param preset whose figures fill what no option gives; empty = this host's
 * @param host this host, if its ports are planned with
 */
record PlanInputs(
        Figure<Integer> ports,
        Figure<Integer> sources,
        Figure<Integer> destinations,
        Figure<Long> timeWaitMillis,
        Figure<Long> holdMillis,
        Figure<Integer> requestsPerConnection,
        Optional<Preset> preset,
        Optional<ThisHost> host) {

    /** @throws IllegalArgumentException with what is wrong, for figures out of bounds */
    Capacity capacity() {
        return new Capacity(
                ports.value(),
                sources.value(),
                destinations.value(),
                timeWaitMillis.value(),
                holdMillis.value(),
                requestsPerConnection.value());
    }

    /** Whether it is a Linux host's plan: what Tidewait runs on, and whose memory is known. */
    boolean isLinux() {
        return preset.isEmpty() || preset.get() == Preset.LINUX;
    }

    /** Whether the length of TIME_WAIT is a host's, not that of a gateway, which may not be ours to set. */
    boolean isTimeWaitOurs() {
        return preset.isEmpty() || preset.get().kind() == Preset.Kind.HOST;
    }

    /** Whether a port serves each destination anew. */
    boolean destinationsCount() {
        return preset.isEmpty() || preset.get().kind() != Preset.Kind.NAT_OF_ALL_DESTINATIONS;
    }
}
