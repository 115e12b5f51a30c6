package dev.tidewait.linux;

import dev.tidewait.linux.TwoHosts.Connection;
import dev.tidewait.linux.TwoHosts.Flavour;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Prints the cost of the calls that stand on a connection's way, in nanoseconds and bytes allocated per call. Needs root; a
 * main class of the test class path, started by hand with {@code --enable-native-access=ALL-UNNAMED}.
 */
final class TimingMain {
    private static final int SOCKETS = 8000;
    private static final int FIRST_PORT = 10_000;

    private TimingMain() {}

    public static void main(String[] arguments) {
        try (TwoHosts hosts = TwoHosts.join();
                Connection open = hosts.connect(Flavour.IPV4, 5000)) {
            int fd = open.near().fd();
            TcpInfo info = new TcpInfo();
            measure("SO_COOKIE", 200_000, i -> SocketCookie.read(fd));
            measure("TCP_INFO", 200_000, i -> info.read(fd));
            measure("set an int option", 200_000, i -> SocketOptions.setInt(fd, 6, 12, 1));
            makeTimeWait(hosts);
            hosts.client.run(() -> {
                try (SocketDiag diag = SocketDiag.open()) {
                    timeDiag(diag);
                }
            });
        }
    }

    private static void timeDiag(SocketDiag diag) {
        TcpTuple free = Flavour.IPV4.tuple(6000);
        measure("get, free", 100_000, i -> diag.get(free));
        measure("get, TIME_WAIT", 100_000, i -> diag.get(Flavour.IPV4.tuple(FIRST_PORT + i % SOCKETS)));
        List<TimeWaitSocket> sockets = new ArrayList<>();
        DumpFilter filter = DumpFilter.states(TcpState.TIME_WAIT).sourcePorts(FIRST_PORT, FIRST_PORT + SOCKETS - 1);
        measure("dump of " + SOCKETS, 20, i -> diag.dump(filter, entry -> {}));
        diag.dump(filter, entry -> sockets.add(entry.timeWaitSocket()));
        int half = sockets.size() / 2;
        measureOnce("destroy, one by one", half, i -> diag.destroy(sockets.get(i)));
        List<TimeWaitSocket> rest = sockets.subList(half, sockets.size());
        long start = System.nanoTime();
        long gone = diag.destroy(rest).stream().filter(DestroyOutcome::isGone).count();
        print("destroy, batched", (System.nanoTime() - start) / (double) rest.size(), 0);
        System.out.println(gone + " of " + rest.size() + " gone");
    }

    private static void makeTimeWait(TwoHosts hosts) {
        for (int i = 0; i < SOCKETS; i++) {
            hosts.connect(Flavour.IPV4, FIRST_PORT + i).closeClientFirst();
        }
    }

    private static void measure(String name, int rounds, IntConsumer action) {
        for (int i = 0; i < rounds; i++) {
            action.accept(i);
        }
        measureOnce(name, rounds, action);
    }

    private static void measureOnce(String name, int rounds, IntConsumer action) {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        for (int i = 0; i < rounds; i++) {
            action.accept(i);
        }
        double nanos = (System.nanoTime() - start) / (double) rounds;
        print(name, nanos, (threads.getCurrentThreadAllocatedBytes() - bytes) / (double) rounds);
    }

    private static void print(String name, double nanos, double bytes) {
        System.out.printf(Locale.ROOT, "%-22s %10.0f ns %8.1f bytes%n", name, nanos, bytes);
    }
}
