package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsRoot
class ImpairedLinkTest {
    private static final int TRANSACTIONS = 400;

    @TempDir
    private Path folder;

    /** What a run over the link gave. */
    private record Run(LoadReport load, LinkReport link, long receivedByDevices) {}

    @Test
    void shouldCarryEverythingWhereNoFaultIsAskedFor() {
        Run run = run(LinkPlan.PLAIN, TopologyPlan.STANDARD);

        assertThat(run.load().done()).isEqualTo(TRANSACTIONS);
        assertThat(run.link())
                .returns((long) TRANSACTIONS, LinkReport::incarnations)
                .returns((long) TRANSACTIONS, LinkReport::live)
                .returns(0L, link -> link.lost() + link.duplicated() + link.corrupted() + link.noRoom());
        // A neighbour solicitation of IPv6 may pass after the look at the devices.
        assertThat(run.receivedByDevices())
                .as("packets that the devices counted")
                .isBetween(run.link().delivered() - 5, run.link().delivered());
    }

    @Test
    void shouldCarryIpv6() {
        Run run = run(LinkPlan.PLAIN, TopologyPlan.STANDARD.withIpv6(true));

        assertThat(run.link().live()).isEqualTo(TRANSACTIONS);
    }

    @Test
    void shouldCarryEverythingUnderAnotherNumbering() {
        LinkFaults losing = LinkFaults.NONE.withLoss(0.02); // so that there are SACK blocks to be renumbered
        Run run = run(
                LinkPlan.PLAIN.withNumbering(LinkPlan.Numbering.UNRELATED).withFaults(losing, losing),
                TopologyPlan.STANDARD);

        assertThat(run.link().live()).isEqualTo(TRANSACTIONS);
        assertThat(run.link().leftResets() + run.link().rightResets()).isZero();
    }

    @Test
    void shouldLeaveThePeerInLastAckWhereItsLastAcknowledgementIsSwallowed() {
        LinkPlan swallowing = LinkPlan.PLAIN.withSwallowed(LinkPlan.Swallowed.LAST_ACK);
        try (Topology topology = Topology.impaired(TopologyPlan.STANDARD, swallowing);
                Origin origin = Origin.start(topology.server(), topology.origin());
                Load load = Load.start(topology.proxy(), plan(topology, 10), second -> {})) {
            assertThat(load.await().done()).isEqualTo(10);
            assertThat(topology.server().call(() -> Files.readAllLines(Path.of("/proc/thread-self/net/tcp"))))
                    .filteredOn(line -> line.strip().split("\\s+")[3].equals("09"))
                    .as("sockets in LAST_ACK")
                    .hasSize(10);
            assertThat(origin.stop().answered()).isEqualTo(10);
        }
    }

    @Test
    void shouldLoseDuplicateReorderAndCorruptTheShareThatIsAskedFor() {
        LinkFaults faults = LinkFaults.NONE
                .withDelay(Duration.ofMillis(1), Duration.ofMillis(1))
                .withLoss(0.02)
                .withDuplicates(0.1)
                .withReordering(0.1)
                .withCorruption(0.02);
        Run run = run(LinkPlan.PLAIN.withFaults(faults, faults), TopologyPlan.STANDARD);

        assertThat(run.load().done()).as("TCP mends it all").isEqualTo(TRANSACTIONS);
        LinkReport link = run.link();
        double entered = link.entered();
        assertThat(link.lost() / entered).isCloseTo(0.02, within(0.01));
        assertThat(link.duplicated() / entered).isCloseTo(0.1, within(0.03));
        assertThat(link.ahead() / entered).isCloseTo(0.1, within(0.03));
        assertThat(link.corrupted() / entered).isCloseTo(0.02, within(0.01));
    }

    @Test
    void shouldMeetTheSameFateWithTheSameSeed() {
        LinkFaults losing = LinkFaults.NONE.withLoss(0.05);

        Set<Integer> first = portsWithoutFirstSyn(1, losing);
        Set<Integer> again = portsWithoutFirstSyn(1, losing);
        Set<Integer> other = portsWithoutFirstSyn(2, losing);

        assertThat(first).hasSizeBetween(5, 50).isEqualTo(again).isNotEqualTo(other);
    }

    private Set<Integer> portsWithoutFirstSyn(long seed, LinkFaults faults) {
        Path records = folder.resolve("records-" + seed);
        run(
                LinkPlan.PLAIN
                        .withSeed(seed)
                        .withFaults(faults, LinkFaults.NONE)
                        .withRecords(records),
                TopologyPlan.STANDARD);
        Map<Integer, LinkEvent> firstSyn = new HashMap<>();
        for (LinkEvent event : LinkEvent.readAll(records)) {
            if (event.kind() == 's' && event.fromLeft()) {
                firstSyn.putIfAbsent(event.leftPort(), event);
            }
        }
        Set<Integer> lost = new TreeSet<>();
        firstSyn.forEach((port, event) -> {
            if (event.is(LinkEvent.LOST)) {
                lost.add(port);
            }
        });
        return lost;
    }

    @Test
    void shouldLetNothingThroughABlackHole() {
        LinkFaults black = LinkFaults.NONE.withBlackHole(Duration.ZERO, Duration.ofHours(1));
        try (Topology topology =
                        Topology.impaired(TopologyPlan.STANDARD, LinkPlan.PLAIN.withFaults(LinkFaults.NONE, black));
                Origin origin = Origin.start(topology.server(), topology.origin());
                Load load = Load.start(
                        topology.proxy(), plan(topology, 10).withDeadline(Duration.ofSeconds(1)), second -> {})) {
            assertThat(load.await().done()).isZero();
            assertThat(topology.impairedLink().stop().blackHoled()).isPositive();
            assertThat(origin.stop().answered()).isZero();
        }
    }

    @Test
    void shouldDelayBothWays() {
        LinkFaults delay = LinkFaults.NONE.withDelay(Duration.ofMillis(20), Duration.ZERO);
        Run run = run(LinkPlan.PLAIN.withFaults(delay, delay), TopologyPlan.STANDARD);

        // The handshake and the answer: two round trips.
        assertThat(run.load().answeredMicros().getMinValue()).isBetween(80_000L, 120_000L);
    }

    @Test
    void shouldDeliverCopiesOfTheFormerIncarnationIntoTheLiveOne() throws IOException {
        Path records = folder.resolve("records");
        Path capture = folder.resolve("late.pcap");
        LinkPlan late = LinkPlan.PLAIN
                .withLate(LateCopies.NONE.within(Duration.ofMillis(40)))
                .withRecords(records)
                .withCapture(capture);
        try (Topology topology = Topology.impaired(TopologyPlan.STANDARD, late);
                Origin origin = Origin.start(topology.server(), topology.origin());
                Load load = Load.start(topology.proxy(), reusing(topology), second -> {})) {
            LoadReport report = load.await();
            LinkReport link = topology.impairedLink().stop();

            assertThat(report.failures())
                    .as("with timestamps every old segment is refused")
                    .isEmpty();
            assertThat(report.done()).isEqualTo(TRANSACTIONS);
            assertThat(link.lateIncarnations()).isEqualTo(TRANSACTIONS - 20);
            assertThat(link.lateDelivered()).isGreaterThan(4L * TRANSACTIONS);
            assertThat(link.leftResets() + link.rightResets()).isZero();
            assertThat(origin.stop().answered()).isEqualTo(TRANSACTIONS);
            List<LinkEvent> copies = LinkEvent.readAll(records).stream()
                    .filter(event -> event.is(LinkEvent.LATE_COPY))
                    .toList();
            assertThat(copies).hasSize((int) link.lateDelivered());
            assertThat(copies).extracting(LinkEvent::kind).contains('d', 'a', 'f', 's');
            assertThat(copies).extracting(LinkEvent::fromLeft).contains(true, false);
            assertThat(copies).allSatisfy(copy -> assertThat(copy.ageNanos()).isPositive());
            assertThat(Files.size(capture)).isGreaterThan(24 + link.delivered() * (16 + 40));
        }
    }

    /** 20 ports, used again and again; each connection stays open for a while. */
    private static LoadPlan reusing(Topology topology) {
        SourceRing ring = new SourceRing(topology.proxySources().getFirst(), 1, 5000, 5019);
        return LoadPlan.to(topology.origin(), ring)
                .withPace(new Pace.ClosedLoop(10))
                .withHold(Duration.ofMillis(60))
                .withLimit(TRANSACTIONS);
    }

    private static LoadPlan plan(Topology topology, int transactions) {
        return LoadPlan.to(
                        topology.origin(), SourceRing.of(topology.proxySources().getFirst(), 1))
                .withPace(new Pace.ClosedLoop(8))
                .withLimit(transactions);
    }

    private static Run run(LinkPlan link, TopologyPlan bed) {
        try (Topology topology = Topology.impaired(bed, link);
                Origin origin = Origin.start(topology.server(), topology.origin());
                Load load = Load.start(topology.proxy(), plan(topology, TRANSACTIONS), second -> {})) {
            LoadReport report = load.await();
            assertThat(report.failures()).isEmpty();
            assertThat(origin.stop().answered()).isEqualTo(TRANSACTIONS);
            long received = received(topology.proxy(), "p1") + received(topology.server(), "s0");
            return new Run(report, topology.impairedLink().stop(), received);
        }
    }

    /** Packets that the kernel has taken from a device. */
    private static long received(Namespace namespace, String device) {
        return namespace.call(() -> Files.readAllLines(Path.of("/proc/thread-self/net/dev")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith(device + ":"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[2]))
                .sum());
    }
}
