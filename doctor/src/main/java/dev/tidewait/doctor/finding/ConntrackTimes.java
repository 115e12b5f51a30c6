package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.host.HostFacts;

/** How long connection tracking keeps its entries; each network namespace has these settings for itself. Pure functions; any thread. */
final class ConntrackTimes {
    /** In seconds since the close. */
    static final String CLOSED = "net.netfilter.nf_conntrack_tcp_timeout_time_wait";

    /** In seconds since the last packet of an open connection. */
    static final String SILENT = "net.netfilter.nf_conntrack_tcp_timeout_established";

    private ConntrackTimes() {}

    static Fix set(HostFacts facts, String key, long seconds, String change, String risk) {
        return withModule(facts, SysctlFix.set(facts, key, Long.toString(seconds), change, risk));
    }

    /** Boot applies sysctl.d before anything else loads the module; until then there is no such setting. */
    static Fix withModule(HostFacts facts, Fix fix) {
        return fix.permanent().isEmpty()
                ? fix
                : fix.alsoPermanent("echo nf_conntrack > " + SysctlFix.file(facts, "etc/modules-load.d/tidewait.conf"));
    }
}
