package dev.tidewait.doctor.census;

import dev.tidewait.linux.LinuxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects what a census could not see or had to guess. Owned by one thread. */
final class CensusNotes {
    private final List<CensusNote> notes = new ArrayList<>();

    CensusNotes(Look look, TimeWaitReuse reuse) {
        int ownPorts = look.ownPortCount();
        if (ownPorts > 0) {
            add(
                    count(ownPorts) + " connections count as outgoing by a guess",
                    "their local ports are outside net.ipv4.ip_local_port_range and nobody listens there, so a program seems to"
                            + " have bound to ports of its own; the kernel keeps no mark of who opened a connection",
                    "Compare `ss -tan`. How many ports that program may use stands in its own configuration.");
        }
        int stopped = look.stoppedServiceCount();
        if (stopped > 0) {
            add(
                    count(stopped) + " connections count as incoming by a guess",
                    "nobody listens on their local ports, but the peers' ports are such as connect() chooses: a service that has"
                            + " stopped seems to have left them",
                    "Nothing to do if a service was stopped; otherwise compare `ss -tan`.");
        }
        PairFold others = look.pairs.others();
        int folded = others.states.counts().total();
        if (folded > 0) {
            add(
                    count(folded) + " outgoing connections are not told apart by destination",
                    "more than " + count(PairTable.LIMIT) + " pairs of source and destination were seen",
                    "None needed: they count in the totals, and a destination near its end has many connections and is seen early.");
        }
        if (!look.live.isComplete()) {
            add(
                    "new connections a second are too high",
                    "more than " + count(CookieSet.LIMIT)
                            + " live outgoing connections, more than are remembered from look to look",
                    "Use the rates of TIME_WAIT, which are whole.");
        }
        if (reuse.isPossible(false)) {
            add(
                    "headroom and time to exhaustion take TIME_WAIT older than " + reuse.delayMillis()
                            + " ms for reusable",
                    "net.ipv4.tcp_tw_reuse is 1; it works only with peers that use TCP timestamps, which sock_diag does not tell",
                    "For a peer without timestamps count all TIME_WAIT as taken.");
        }
    }

    /**
     * @param byFloor destinations with ports of Tidewait whose ledger is not known
     * @param unasked why not
     */
    void addTidewait(long byFloor, List<CensusNote> unasked) {
        notes.addAll(unasked);
        if (byFloor > 0) {
            add(
                    count(byFloor)
                            + " destinations use ports of Tidewait without a ledger that could be asked: headroom and time to exhaustion there"
                            + " take TIME_WAIT older than "
                            + (int) Comparison.TIDEWAIT_FLOOR_SECONDS + " s for reusable",
                    "that is Tidewait's shortest floor; without TCP timestamps, which sock_diag does not tell, it is 5 or 15 s. A port that rests without a"
                            + " socket (the server closed first, a reset) does not show, and ports are counted in whole blocks of 1,024 where the program"
                            + " does not tell them",
                    "Of `tidewait proxy`: switch its admin endpoint on. A hook (run, attach) keeps no ledger: see its report.");
        }
    }

    void addOwners(SocketOwners owners) {
        if (owners.unseenSockets() == 0) {
            return;
        }
        String what = "the processes of " + count(owners.unseenSockets()) + " connections could not be found";
        if (owners.isStoppedEarly()) {
            add(
                    what,
                    "this host has more open files than are read within the time",
                    "Ask `ss -tanp` for one destination.");
        } else if (owners.forbiddenProcesses() > 0) {
            add(
                    what,
                    "the open files of " + count(owners.forbiddenProcesses())
                            + " processes of other users may not be read",
                    "Run it as root (CAP_SYS_PTRACE).");
        } else {
            add(
                    what,
                    "they ended meanwhile, or live in another container that shares this network namespace",
                    "Run it in the host's PID namespace to see all.");
        }
    }

    void addMaxBucketsUnreadable(LinuxException reason) {
        add(
                "how many TIME_WAIT sockets the kernel allows is not known",
                String.valueOf(reason.getMessage()),
                "Run it on the host, or let /proc/sys be readable in the container.");
    }

    List<CensusNote> notes() {
        return List.copyOf(notes);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private void add(String what, String why, String cure) {
        notes.add(new CensusNote(what, why, cure));
    }
}
