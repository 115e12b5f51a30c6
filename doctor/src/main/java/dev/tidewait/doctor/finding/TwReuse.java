package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.TimeWaitFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** tcp_tw_reuse off, or on for loopback only, where it would help. */
final class TwReuse implements Check {
    private static final String KEY = "net.ipv4.tcp_tw_reuse";
    private static final int ON = 1;
    private static final int MOST_NAMED = 5;
    private static final String DELAY = "1 s";

    @Override
    public Explanation explanation() {
        return new Explanation(
                "tw-reuse",
                "net.ipv4.tcp_tw_reuse: whether connect(), when it chooses a port, may take one in TIME_WAIT after one second"
                        + " (net.ipv4.tcp_tw_reuse_delay, Linux 6.14).",
                "0 off, 1 on, 2 on for loopback only",
                "2",
                "It is one line and often enough. It works only for connections that used TCP timestamps and for programs that leave the port to"
                        + " connect(); it does nothing for connections that others open to this host, and it does not take the oldest port but any that"
                        + " has rested for the delay.",
                "Linux tcp_twsk_unique(); 79e9fed46038 (value 2), ca6a6f93867a (the delay); RFC 6191");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        OptionalLong setting = facts.timeWait().twReuse();
        if (setting.isEmpty()) {
            return List.of();
        }
        List<DestinationUse> helped = census.destinations().stream()
                .filter(use -> Pressure.isNoticeable(use)
                        && Pressure.isMostlyTimeWait(use)
                        && !use.isTidewaits()
                        && !EarlyBind.isOnSecondParity(use)
                        && !Pressure.isLoopback(use.destination().address()))
                .toList();
        if (helped.isEmpty() || !wouldWork(facts)) {
            return explanation().fine("tcp_tw_reuse is " + meaning(setting.getAsLong(), facts));
        }
        List<String> evidence = new ArrayList<>();
        evidence.add(KEY + " is " + meaning(setting.getAsLong(), facts));
        helped.stream()
                .limit(MOST_NAMED)
                .forEach(use -> evidence.add(Pressure.way(use) + ": "
                        + Figures.count(use.counts().timeWait()) + " TIME_WAIT on "
                        + Figures.count(use.usable()) + " ports"));
        return explanation()
                .found(
                        Severity.WARNING,
                        "TIME_WAIT fills the ports, and tcp_tw_reuse does not free them",
                        evidence,
                        fix(facts));
    }

    /** It is not on yet, and timestamps, which it needs, are. */
    static boolean wouldWork(HostFacts facts) {
        return facts.timeWait().twReuse().isPresent()
                && !TimeWaitFacts.is(facts.timeWait().twReuse(), ON)
                && !TimeWaitFacts.is(facts.timeWait().timestamps(), 0);
    }

    static Fix fix(HostFacts facts) {
        return SysctlFix.set(
                facts,
                KEY,
                Integer.toString(ON),
                "connect() may take over a port after " + delay(facts)
                        + " of TIME_WAIT where the old connection used timestamps; without them it stays blocked for 60 s.",
                "TIME_WAIT protects less: late segments of the old connection are told apart by timestamps and sequence numbers only."
                        + " Ports that the peer closed first are reused without any delay, as before. Behind NAT a new SYN may meet an old mapping.");
    }

    private static String meaning(long setting, HostFacts facts) {
        if (TimeWaitFacts.is(facts.timeWait().timestamps(), 0)) {
            return setting + ", without effect: timestamps are off";
        }
        return switch ((int) setting) {
            case 0 -> "0 (off)";
            case ON -> "1 (on, after " + delay(facts) + ")";
            default -> setting + " (for loopback only)";
        };
    }

    private static String delay(HostFacts facts) {
        OptionalLong millis = facts.timeWait().twReuseDelayMillis();
        return millis.isPresent() ? Figures.count(millis.getAsLong()) + " ms" : DELAY;
    }
}
