package dev.tidewait.doctor.host;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The connection tracking table of netfilter, which also holds what it translates (NAT). Immutable, any thread.
 *
 * @param count net.netfilter.nf_conntrack_count, entries of this network namespace
 * @param max net.netfilter.nf_conntrack_max, entries that are allowed
 * @param timeWaitSeconds net.netfilter.nf_conntrack_tcp_timeout_time_wait: how long it holds a closed connection
 */
public record Conntrack(long count, long max, OptionalLong timeWaitSeconds) {
    /** Empty where the module is not loaded, which is nothing special. */
    static Optional<Conntrack> read(ProcText text) {
        OptionalLong count = text.settingIfThere("net.netfilter.nf_conntrack_count");
        OptionalLong max = text.settingIfThere("net.netfilter.nf_conntrack_max");
        return count.isPresent() && max.isPresent()
                ? Optional.of(new Conntrack(
                        count.getAsLong(),
                        max.getAsLong(),
                        text.settingIfThere("net.netfilter.nf_conntrack_tcp_timeout_time_wait")))
                : Optional.empty();
    }
}
