package dev.tidewait.doctor.census;

import static dev.tidewait.doctor.census.CensusBed.CLIENT_CLOSES;
import static dev.tidewait.doctor.census.CensusBed.IPV4;
import static dev.tidewait.doctor.census.CensusBed.IPV6;
import static dev.tidewait.doctor.census.CensusBed.KEEPS;
import static dev.tidewait.doctor.census.CensusBed.SERVER_CLOSES;
import static dev.tidewait.doctor.census.CensusBed.find;
import static dev.tidewait.doctor.census.CensusBed.timeWaits;
import static dev.tidewait.doctor.census.CensusBed.use;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.DumpFilter;
import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpCounters;
import dev.tidewait.linux.TcpState;
import dev.tidewait.linux.TimeWaitSocket;
import dev.tidewait.ports.IpAddress;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CensusTest {
    private static final int RANGE_LOWEST = 40_000;
    private static final int RANGE_HIGHEST = 40_999;

    private final CensusBed bed = CensusBed.join();
    private final List<Socket> open = new ArrayList<>();

    CensusTest() {
        bed.client.sysctl("net.ipv4.ip_local_port_range", RANGE_LOWEST + " " + RANGE_HIGHEST);
    }

    @AfterEach
    void close() {
        open.forEach(CensusBed::close);
        bed.close();
    }

    private Socket keep(Socket socket) {
        open.add(socket);
        return socket;
    }

    @Test
    void shouldFindNothingInAnEmptyNamespace() {
        bed.look();
        CensusReport report = bed.report();

        assertThat(report.destinations()).isEmpty();
        assertThat(report.outgoing()).isEqualTo(StateCounts.NONE);
        assertThat(report.timeWaitCount()).isZero();
        assertThat(report.maxTwBuckets()).isNotEmpty();
        assertThat(report.notes()).isEmpty();
    }

    @Test
    void shouldCountEachDestinationByState() throws IOException {
        for (int i = 0; i < 5; i++) {
            bed.leaveTimeWait(IPV4);
        }
        bed.leaveTimeWait(IPV6);
        for (int i = 0; i < 3; i++) {
            keep(bed.connect(IPV4, KEEPS));
        }
        keep(bed.connect(IPV4, KEEPS)).shutdownOutput();
        TestServer.awaitEnd(keep(bed.connect(IPV6, SERVER_CLOSES)));

        CensusReport report = bed.lookUntil(seen -> timeWaits(seen, IPV4) == 5
                && timeWaits(seen, IPV6) == 1
                && seen.outgoing().finWait2() == 1);

        assertThat(use(report, IPV4, KEEPS).counts()).isEqualTo(new StateCounts(0, 0, 3, 0, 1, 0, 0, 0, 0));
        assertThat(use(report, IPV6, SERVER_CLOSES).counts()).isEqualTo(new StateCounts(0, 0, 0, 0, 0, 0, 1, 0, 0));
        assertThat(use(report, IPV6, SERVER_CLOSES).timeWaitSide()).isEqualTo(TimeWaitSide.PEER);
        DestinationUse closed = use(report, IPV4, CLIENT_CLOSES);
        assertThat(closed.timeWaitSide()).isEqualTo(TimeWaitSide.HERE);
        assertThat(closed.source()).isEqualTo(IpAddress.of(CensusBed.CLIENT));
        assertThat(closed.ages().total()).isEqualTo(5);
        assertThat(closed.inUse()).isEqualTo(5);
        assertThat(report.outgoing()).isEqualTo(new StateCounts(0, 0, 3, 0, 1, 6, 1, 0, 0));
        assertThat(report.incoming()).isEqualTo(StateCounts.NONE);
        assertThat(report.timeWaitCount()).isEqualTo(6);
        assertThat(report.buckets().outgoingCount()).isEqualTo(6);
    }

    @Test
    void shouldCountUsablePortsWithoutReservedAndListeningOnes() throws IOException {
        bed.client.sysctl("net.ipv4.ip_local_reserved_ports", "40100-40149");
        try (ServerSocket service = bed.client.call(() -> new ServerSocket(40_500))) {
            assertThat(service.isBound()).isTrue();
            for (int i = 0; i < 10; i++) {
                bed.leaveTimeWait(IPV4);
            }

            CensusReport report = bed.lookUntil(seen -> timeWaits(seen, IPV4) == 10);

            DestinationUse use = use(report, IPV4, CLIENT_CLOSES);
            assertThat(use.usable()).isEqualTo(1_000 - 50 - 1);
            assertThat(use.headroom()).isEqualTo(949 - 10);
            assertThat(use.firstParityInUse())
                    .as("connect() takes even ports first")
                    .isEqualTo(10);
        }
    }

    @Test
    void shouldUseUpExactlyTheUsablePorts() throws IOException {
        bed.client.sysctl("net.ipv4.ip_local_port_range", "40000 40099");
        bed.client.sysctl("net.ipv4.ip_local_reserved_ports", "40010-40019");
        try (ServerSocket service = bed.client.call(() -> new ServerSocket(40_021))) {
            assertThat(service.isBound()).isTrue();
            int connected = 0;
            try {
                while (connected < 200) {
                    bed.leaveTimeWait(IPV4);
                    connected++;
                }
            } catch (AssertionError e) {
                assertThat(e).hasStackTraceContaining("Cannot assign requested address");
            }
            int used = connected;

            CensusReport report = bed.lookUntil(seen -> timeWaits(seen, IPV4) == used);

            DestinationUse use = use(report, IPV4, CLIENT_CLOSES);
            assertThat(use.usable()).isEqualTo(used).isEqualTo(89);
            assertThat(use.headroom()).isZero();
            assertThat(use.exhaustion()).isEqualTo(new Exhaustion.Reached());
        }
    }

    @Test
    void shouldTellIncomingFromOutgoing() {
        bed.server.run(() -> {
            try (Census census = Census.open(OwnPorts.NONE)) {
                keep(bed.connect(IPV4, KEEPS));
                TestServer.awaitEnd(keep(bed.connect(IPV4, SERVER_CLOSES)));
                CensusBed.close(open.getLast());
                long end = System.nanoTime() + 10_000_000_000L;
                CensusReport report;
                do {
                    census.look(System::nanoTime);
                    report = census.report(10);
                    LockSupport.parkNanos(1_000_000);
                } while (report.incoming().timeWait() == 0 && System.nanoTime() < end);

                assertThat(report.destinations()).isEmpty();
                assertThat(report.incoming()).isEqualTo(new StateCounts(0, 0, 1, 0, 0, 1, 0, 0, 0));
                assertThat(report.services())
                        .extracting(ServiceUse::port)
                        .containsExactlyInAnyOrder(KEEPS, SERVER_CLOSES);
                assertThat(report.services()).allMatch(ServiceUse::isListening);
                assertThat(report.buckets().incomingCount()).isEqualTo(1);
            }
        });
    }

    @Test
    void shouldSayWhereItGuessed() {
        keep(bed.connect(20_000, IPV4, KEEPS));

        CensusReport report = bed.lookUntil(seen ->
                seen.destinations().stream().anyMatch(use -> use.counts().established() == 1));

        DestinationUse use = use(report, IPV4, KEEPS);
        assertThat(use.onOwnPorts()).isEqualTo(1);
        assertThat(use.inUse()).isZero();
        assertThat(report.notes())
                .singleElement()
                .satisfies(note -> assertThat(note.what()).contains("1 connections count as outgoing by a guess"));
    }

    @Test
    void shouldKnowTheConnectionsOfTidewaitByTheirPorts() {
        int farPort = 45_000;
        OwnPorts own = new OwnPorts(PortBits.parse("20480-21503"));
        try (TestServer far = bed.server.call(() -> TestServer.start(farPort, TestServer.Closing.NEVER))) {
            assertThat(far).isNotNull();
            keep(bed.connect(20_500, IPV4, farPort));
            CensusBed.close(bed.connect(20_501, IPV4, CLIENT_CLOSES));
            awaitTimeWaits(1);

            CensusReport report = bed.client.call(() -> {
                try (Census census = Census.open(own)) {
                    census.look(System::nanoTime);
                    return census.report(0);
                }
            });

            DestinationUse live = use(report, IPV4, farPort);
            assertThat(live.usable()).isEqualTo(1_024);
            assertThat(live.inUse()).isEqualTo(1);
            assertThat(live.onOwnPorts()).isZero();
            DestinationUse closed = use(report, IPV4, CLIENT_CLOSES);
            assertThat(closed.usable()).isEqualTo(1_024);
            assertThat(closed.inUse()).isEqualTo(1);
            assertThat(closed.headroom()).isEqualTo(1_023 + closed.reusable());
            assertThat(report.notes())
                    .singleElement()
                    .satisfies(note -> assertThat(note.what()).contains("2 destinations use ports of Tidewait"));
        }
    }

    @Test
    void shouldNotCountTimeWaitThatConnectTookOverAsGrowth() {
        bed.client.sysctl("net.ipv4.ip_local_port_range", "40000 40019");
        bed.client.sysctl("net.ipv4.tcp_tw_reuse", "1");
        for (int i = 0; i < 20; i++) {
            bed.leaveTimeWait(IPV4);
        }
        // A second is enough for the kernel, two leave room for a stall before the other ten are counted.
        bed.lookUntil(seen -> find(seen, IPV4, CLIENT_CLOSES)
                .filter(use -> use.reusable() == 20 && youngerThanTwoSeconds(use) == 0)
                .isPresent());

        for (int i = 0; i < 10; i++) {
            bed.leaveTimeWait(IPV4);
        }
        awaitTimeWaits(20);
        bed.look();
        CensusReport after = bed.report();

        assertThat(after.counters().growth(CounterReading.TIME_WAIT_TAKEN_OVER)).hasValue(10);
        assertThat(youngerThanTwoSeconds(use(after, IPV4, CLIENT_CLOSES))).isEqualTo(10);
        assertThat(after.buckets().perSecond()).isZero();
    }

    private static long youngerThanTwoSeconds(DestinationUse use) {
        return (long) use.ages().count(0) + use.ages().count(1);
    }

    @Test
    void shouldNotCountTimeWaitThatWasDestroyedAsGrowth() {
        for (int i = 0; i < 20; i++) {
            bed.leaveTimeWait(IPV4);
        }
        CensusReport before = bed.lookUntil(seen -> timeWaits(seen, IPV4) == 20);
        assertThat(before.buckets().perSecond()).isPositive();

        bed.client.run(() -> destroyTimeWaits(15));
        bed.look();
        CensusReport after = bed.report();

        assertThat(timeWaits(after, IPV4)).isEqualTo(5);
        assertThat(after.counters().growth(CounterReading.TIME_WAIT_TAKEN_OVER)).hasValue(0);
        assertThat(after.buckets().perSecond()).isZero();
    }

    private static void destroyTimeWaits(int count) {
        List<TimeWaitSocket> found = new ArrayList<>();
        try (SocketDiag diag = SocketDiag.open()) {
            diag.dump(DumpFilter.states(TcpState.TIME_WAIT), entry -> found.add(entry.timeWaitSocket()));
            assertThat(diag.destroy(found.subList(0, count))).hasSize(count);
        }
    }

    @Test
    void shouldCountNewConnectionsBetweenTwoLooks() {
        for (int i = 0; i < 20; i++) {
            bed.leaveTimeWait(IPV4);
        }
        keep(bed.connect(IPV4, KEEPS));
        Socket ends = bed.connect(IPV4, KEEPS);
        Socket toTimeWait = bed.connect(IPV4, CLIENT_CLOSES);
        bed.lookUntil(seen -> timeWaits(seen, IPV4) == 20);
        bed.look();

        for (int i = 0; i < 30; i++) {
            bed.leaveTimeWait(IPV4);
        }
        keep(bed.connect(IPV4, KEEPS));
        keep(bed.connect(IPV4, KEEPS));
        TestServer.awaitEnd(keep(bed.connect(IPV4, SERVER_CLOSES)));
        CensusBed.close(toTimeWait);
        abort(ends);
        awaitTimeWaits(51);
        bed.look();
        CensusReport report = bed.report();

        double span = report.spanSeconds().orElseThrow();
        assertThat(count(use(report, IPV4, CLIENT_CLOSES).newPerSecond().orElseThrow(), span))
                .as("new and in TIME_WAIT already")
                .isEqualTo(30);
        assertThat(count(use(report, IPV4, KEEPS).newPerSecond().orElseThrow(), span))
                .isEqualTo(2);
        assertThat(count(
                        use(report, IPV4, KEEPS)
                                .flow()
                                .endedElsewherePerSecond()
                                .orElseThrow(),
                        span))
                .as("ended by a reset")
                .isEqualTo(1);
        assertThat(count(use(report, IPV4, SERVER_CLOSES).newPerSecond().orElseThrow(), span))
                .isEqualTo(1);
        assertThat(report.counters().growth(CounterReading.ACTIVE_OPENS)).hasValue(33);
        assertThat(use(report, IPV4, CLIENT_CLOSES).flow().timeWaitPerSecond()).isGreaterThan(2);
    }

    private static long count(double perSecond, double span) {
        return Math.round(perSecond * span);
    }

    /** By the kernel's own count, so that no look disturbs. */
    private void awaitTimeWaits(long wanted) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (bed.client.call(() -> TcpCounters.read().timeWaitCount()) != wanted) {
            assertThat(System.nanoTime()).as("TIME_WAIT within 10 s").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void abort(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldNameTheOwners() {
        for (int i = 0; i < 4; i++) {
            keep(bed.connect(IPV4, KEEPS));
        }

        CensusReport report = bed.lookUntil(seen -> seen.outgoing().established() == 4);

        Owners owners = use(report, IPV4, KEEPS).owners();
        assertThat(owners.unseenSocketCount()).isZero();
        assertThat(owners.seen()).singleElement().satisfies(owner -> {
            assertThat(owner.pid()).isEqualTo((int) ProcessHandle.current().pid());
            assertThat(owner.program()).isNotBlank();
            assertThat(owner.socketCount()).isEqualTo(4);
        });
    }

    @Test
    void shouldSayWhatAnOrdinaryUserCannotSee(@TempDir Path folder) {
        keep(bed.connect(IPV4, KEEPS));
        bed.leaveTimeWait(IPV4);
        bed.lookUntil(seen -> timeWaits(seen, IPV4) == 1);

        String printed = ChildCensus.runAsNobody(bed.client, folder);

        assertThat(printed).contains("timeWait=1 destinations=2 ");
        assertThat(printed)
                .contains("the processes of 1 connections could not be found")
                .contains("processes of other users may not be read")
                .contains("Run it as root");
        assertThat(ChildCensus.run(bed.client)).doesNotContain("could not be found");
    }

    @Test
    void shouldTakeTimeWaitForReusableOnlyWhereConnectTakesItOver() {
        for (int i = 0; i < 10; i++) {
            bed.leaveTimeWait(IPV4);
        }
        CensusReport report = bed.lookUntil(seen -> timeWaits(seen, IPV4) == 10);
        assertThat(use(report, IPV4, CLIENT_CLOSES).reusable()).isZero();

        bed.client.sysctl("net.ipv4.tcp_tw_reuse", "1");

        CensusReport withReuse =
                bed.lookUntil(seen -> use(seen, IPV4, CLIENT_CLOSES).reusable() == 10);
        assertThat(use(withReuse, IPV4, CLIENT_CLOSES).headroom()).isEqualTo(1_000);
        assertThat(withReuse.notes())
                .singleElement()
                .satisfies(note -> assertThat(note.why()).contains("tcp_tw_reuse is 1"));
    }

    @Test
    void shouldSeeDistinctPortsOfASource() {
        for (int i = 0; i < 50; i++) {
            keep(bed.connect(IPV4, KEEPS));
        }
        CensusReport report = bed.lookUntil(seen -> seen.outgoing().established() == 50);

        assertThat(report.sources())
                .containsExactly(new SourceUse(IpAddress.of(CensusBed.CLIENT), 1, 50, 50, 50, 1_000));
    }

    /** What tells a program that binds before it connects: the other parity, and no port shared between destinations. */
    @Test
    void shouldSeeWhereProgramsBindFirst() {
        for (int i = 0; i < 20; i++) {
            keep(bed.connectBoundFirst(IPV4, KEEPS));
            keep(bed.connectBoundFirst(IPV4, CLIENT_CLOSES));
        }
        CensusReport report = bed.lookUntil(seen -> seen.outgoing().established() == 40);

        assertThat(use(report, IPV4, KEEPS).inUse()).isEqualTo(20);
        assertThat(use(report, IPV4, KEEPS).firstParityInUse()).isZero();
        assertThat(report.sources())
                .containsExactly(new SourceUse(IpAddress.of(CensusBed.CLIENT), 2, 40, 40, 0, 1_000));
    }
}
