package dev.tidewait.lab;

import dev.tidewait.lab.campus.CampusClients;
import dev.tidewait.lab.campus.Way;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * One run of {@code lab campus}: the product as somebody runs it who has only read how to start it, on a host that nobody tuned, as an
 * ordinary user. Used by one thread.
 */
final class CampusRun {
    private static final int HTTP_PORT = 3128;
    private static final int SOCKS_PORT = 1080;
    private static final Duration READY_DEADLINE = Duration.ofSeconds(30);
    /** Longer than any visit can take, and than the proxy keeps a connection that is not used. */
    private static final Duration LAST_VISITS = Duration.ofSeconds(100);

    private static final int QUARTERS = 4;
    /** The last look at the live heap comes a little before the load ends. */
    private static final double LAST_LOOK = 0.97;

    private final CampusPlan plan;
    private final BiConsumer<CampusSample, CampusCount> progress;

    /** @param progress told after each sample, with what the people had noted by then */
    CampusRun(CampusPlan plan, BiConsumer<CampusSample, CampusCount> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    CampusResult run() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withKernelDefaults());
                OrdinaryUser nobody = OrdinaryUser.create()) {
            InetAddress first = topology.attachManyServers();
            try (Origin plain =
                            Origin.startMany(topology.server(), new InetSocketAddress(first, 80), plan.servers(), 1);
                    Origin secure =
                            Origin.startMany(topology.server(), new InetSocketAddress(first, 443), plan.servers(), 1);
                    SilentPeer silent = SilentPeer.start(topology, SilentPlan.FREEBSD.withDropAll(true));
                    ProxyUnderTest proxy = ProxyUnderTest.start(
                            topology.proxy(),
                            configuration(topology),
                            ProxyUnderTest.Manner.AS_DELIVERED.with(nobody.launcher()));
                    LeashedProcess people =
                            people(topology, first, silent.address().getAddress())) {
                people.awaitStderr(line -> line.contains("\"ready\""), READY_DEADLINE);
                return measure(plain, secure, proxy, people);
            }
        }
    }

    private CampusResult measure(Origin plain, Origin secure, ProxyUnderTest proxy, LeashedProcess people) {
        ProcessWatch process = new ProcessWatch(proxy.program());
        List<CampusSample> samples = new ArrayList<>();
        List<Long> liveHeap = new ArrayList<>();
        long begin = System.nanoTime();
        double length = plan.duration().toMillis() / 1e3;
        double interval = plan.interval().toMillis() / 1e3;
        for (double due = interval; due <= length; due += interval) {
            sleepUntil(begin, due);
            CampusSample sample = CampusSample.take((System.nanoTime() - begin) / 1e9, process, proxy);
            samples.add(sample);
            progress.accept(sample, latest(people));
            double nextQuarter = Math.min(LAST_LOOK, (liveHeap.size() + 1.0) / QUARTERS) * length;
            if (liveHeap.size() < QUARTERS && due + interval > nextQuarter) {
                sleepUntil(begin, nextQuarter);
                liveHeap.add(process.liveHeapBytes());
            }
        }
        int user = process.user();
        long capabilities = process.capabilities();
        CampusCount count = CampusCount.parse(people.awaitOutput(LAST_VISITS));
        long leased = awaitNoLease(proxy);
        proxy.stop();
        return new CampusResult(
                plan,
                count,
                samples,
                liveHeap,
                user,
                capabilities,
                leased,
                plain.stop().plus(secure.stop()));
    }

    /** @return what is left after the longest that the proxy may keep a connection */
    private static long awaitNoLease(ProxyUnderTest proxy) {
        long end = System.nanoTime() + LAST_VISITS.toNanos();
        long leased = leased(proxy);
        while (leased > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            leased = leased(proxy);
        }
        return leased;
    }

    private static long leased(ProxyUnderTest proxy) {
        return JsonObject.parse(proxy.admin("/ports")).objects("destinations").stream()
                .mapToLong(destination -> destination.number("leased"))
                .sum();
    }

    private static CampusCount latest(LeashedProcess people) {
        return people.tail()
                .lines()
                .filter(line -> line.startsWith("{\"visits\""))
                .reduce((earlier, later) -> later)
                .map(CampusCount::parse)
                .orElse(CampusCount.parse(
                        "{\"visits\":0,\"open\":0,\"failed\":0,\"not_begun\":0,\"kinds\":{},\"failures\":{}}"));
    }

    private static void sleepUntil(long begin, double second) {
        long due = begin + (long) (second * 1e9);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Names the lab's addresses, and leaves everything else as it is. */
    private String configuration(Topology topology) {
        InetAddress here = topology.proxyListener().getAddress();
        List<String> lines = new ArrayList<>(
                List.of("listeners:", "  - { name: web, type: http-proxy, bind: \"" + at(here, HTTP_PORT) + "\" }"));
        if (plan.ways().contains(Way.SOCKS5)) {
            lines.add("  - { name: socks, type: socks5, bind: \"" + at(here, SOCKS_PORT) + "\" }");
        }
        lines.add("access: { allow: [10.71.0.0/16] }");
        lines.addAll(plan.settings());
        return String.join("\n", lines) + "\n";
    }

    private LeashedProcess people(Topology topology, InetAddress firstServer, InetAddress silent) {
        InetAddress here = topology.proxyListener().getAddress();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                CampusClients.class.getName(),
                "--proxy",
                at(here, HTTP_PORT),
                "--socks",
                at(here, SOCKS_PORT),
                "--first-origin",
                firstServer.getHostAddress(),
                "--origins",
                Integer.toString(plan.servers()),
                "--refusing",
                Integer.toString(CampusPlan.REFUSING),
                "--silent",
                silent.getHostAddress(),
                "--first-client",
                topology.clients(1).first().getHostAddress(),
                "--clients",
                Integer.toString(CampusPlan.CLIENT_ADDRESSES),
                "--ways",
                plan.ways().stream().map(Way::toString).collect(Collectors.joining(",")),
                "--rate",
                Double.toString(plan.perSecond()),
                "--seconds",
                Long.toString(plan.duration().toSeconds()));
        return LeashedProcess.start(
                topology.client(), "campus clients", plan.duration().plus(LAST_VISITS), line -> {}, command);
    }

    private static String at(InetAddress address, int port) {
        return LoadPlan.endpoint(new InetSocketAddress(address, port));
    }
}
