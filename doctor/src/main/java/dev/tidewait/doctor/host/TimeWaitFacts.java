package dev.tidewait.doctor.host;

import java.util.OptionalLong;

/**
 * Settings about TIME_WAIT and its neighbours in this network namespace; empty where this kernel or namespace does not show one. Immutable, any
 * thread.
 *
 * @param twReuse net.ipv4.tcp_tw_reuse: 0 off, 1 on, 2 on for loopback
 * @param twReuseDelayMillis net.ipv4.tcp_tw_reuse_delay in milliseconds (Linux 6.14)
 * @param timestamps net.ipv4.tcp_timestamps: 0 off, 1 on, 2 on without random offset
 * @param finTimeoutSeconds net.ipv4.tcp_fin_timeout in seconds: the life of FIN_WAIT2, not of TIME_WAIT
 * @param maxBuckets net.ipv4.tcp_max_tw_buckets
 * @param twRecycle net.ipv4.tcp_tw_recycle, gone since Linux 4.12
 */
public record TimeWaitFacts(
        OptionalLong twReuse,
        OptionalLong twReuseDelayMillis,
        OptionalLong timestamps,
        OptionalLong finTimeoutSeconds,
        OptionalLong maxBuckets,
        OptionalLong twRecycle) {
    static TimeWaitFacts read(ProcText text) {
        return new TimeWaitFacts(
                text.setting("net.ipv4.tcp_tw_reuse"),
                text.settingIfThere("net.ipv4.tcp_tw_reuse_delay"),
                text.setting("net.ipv4.tcp_timestamps"),
                text.setting("net.ipv4.tcp_fin_timeout"),
                text.setting("net.ipv4.tcp_max_tw_buckets"),
                text.settingIfThere("net.ipv4.tcp_tw_recycle"));
    }

    /** The setting is known and has this value. */
    public static boolean is(OptionalLong setting, long value) {
        return setting.isPresent() && setting.getAsLong() == value;
    }
}
