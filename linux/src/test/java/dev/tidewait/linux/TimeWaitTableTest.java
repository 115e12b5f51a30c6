package dev.tidewait.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.linux.TwoHosts.Connection;
import dev.tidewait.linux.TwoHosts.Flavour;
import dev.tidewait.linux.fixture.Await;
import dev.tidewait.linux.fixture.Host;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dumps of both families into a table, and its destroys, against the real kernel. Needs root. */
class TimeWaitTableTest {
    private static TwoHosts hosts;
    private static int nextPort = 30_000;
    private final TimeWaitTable table = new TimeWaitTable();
    private SocketDiag diag;

    @BeforeAll
    static void joinHosts() {
        hosts = TwoHosts.join();
    }

    @AfterAll
    static void removeHosts() {
        if (hosts != null) {
            hosts.close();
        }
    }

    @BeforeEach
    void open() {
        diag = hosts.client.call(SocketDiag::open);
    }

    @AfterEach
    void close() {
        hosts.client.run(diag::close);
    }

    /** Leaves so many in TIME_WAIT, of all flavours in turn; the first port. */
    private int leave(int count) {
        int first = nextPort;
        nextPort += count;
        Flavour[] flavours = Flavour.values();
        for (int port = first; port < first + count; port++) {
            try (Connection connection = hosts.connect(flavours[port % flavours.length], port)) {
                connection.closeClientFirst();
            }
        }
        DumpFilter filter = filter(first, count);
        Await.until(
                () -> hosts.client.call(() -> diag.dump(filter, entry -> {})), new DumpAnswer.Complete(count)::equals);
        return first;
    }

    private static DumpFilter filter(int first, int count) {
        return DumpFilter.states(TcpState.TIME_WAIT).sourcePorts(first, first + count - 1);
    }

    /** Port by row. */
    private Map<Integer, Integer> read(int first, int count) {
        Map<Integer, Integer> ports = new TreeMap<>();
        table.clear();
        DumpAnswer answer = hosts.client.call(() ->
                diag.dumpBothAtOnce(filter(first, count), entry -> ports.put(table.add(entry), entry.sourcePort())));
        assertThat(answer).isEqualTo(new DumpAnswer.Complete(ports.size()));
        return ports;
    }

    @Test
    void shouldShowBothFamiliesInOneWalk() {
        int first = leave(30);
        Set<String> both = new TreeSet<>();
        Set<String> each = new TreeSet<>();
        DumpFilter filter = filter(first + 3, 24).towards(TwoHosts.SERVER_PORT);

        DumpAnswer answer = hosts.client.call(
                () -> diag.dumpBothAtOnce(filter, entry -> both.add(entry.tuple() + " " + entry.cookie())));
        hosts.client.run(() -> diag.dump(filter, entry -> each.add(entry.tuple() + " " + entry.cookie())));

        assertThat(answer).isEqualTo(new DumpAnswer.Complete(24));
        assertThat(both).isEqualTo(each).hasSize(24);
        assertThat(hosts.client.call(() -> diag.dumpBothAtOnce(filter.towards(1), entry -> {})))
                .isEqualTo(new DumpAnswer.Complete(0));
    }

    @Test
    void shouldDestroyExactlyTheRowsAskedFor() {
        int count = 1_500; // more rows than the table begins with
        int first = leave(count);
        Map<Integer, Integer> ports = read(first, count);
        int[] rows = ports.entrySet().stream()
                .filter(entry -> entry.getValue() % 5 != 0)
                .mapToInt(Map.Entry::getKey)
                .toArray();

        hosts.client.run(() -> diag.destroy(table, rows, 0, rows.length));

        assertThat(table.size()).isEqualTo(count);
        for (int row : rows) {
            assertThat(table.outcome(row)).isInstanceOf(DestroyOutcome.Destroyed.class);
            assertThat(table.remainingMillis(row)).isBetween(30_000, 60_000);
        }
        Map<Integer, Integer> left = read(first, count);
        assertThat(left.values()).hasSize(count / 5).allMatch(port -> port % 5 == 0);
    }

    @Test
    void shouldReportEachRowInItsPlace() {
        int count = 200;
        int first = leave(count);
        Map<Integer, Integer> ports = read(first, count);
        int[] some = ports.keySet().stream()
                .filter(row -> row % 3 == 0)
                .mapToInt(row -> row)
                .toArray();
        int[] all = ports.keySet().stream().mapToInt(row -> row).toArray();
        hosts.client.run(() -> diag.destroy(table, some, 0, some.length));

        hosts.client.run(() -> diag.destroy(table, all, 0, all.length));

        for (int row : all) {
            assertThat(table.outcome(row))
                    .as("row %d", row)
                    .isInstanceOf(row % 3 == 0 ? DestroyOutcome.AlreadyGone.class : DestroyOutcome.Destroyed.class);
        }
    }

    @Test
    void shouldNotHarmTheConnectionThatTookOverTheTuple() {
        int port = nextPort++;
        try (Connection before = hosts.connect(Flavour.IPV4, port)) {
            before.closeClientFirst();
            Await.until(
                    () -> hosts.client.call(() -> diag.dump(filter(port, 1), entry -> {})),
                    new DumpAnswer.Complete(1)::equals);
            read(port, 1);
            try (Connection after = hosts.connect(Flavour.IPV4, port)) {
                hosts.client.run(() -> diag.destroy(table, new int[] {0}, 0, 1));

                assertThat(table.outcome(0)).isInstanceOf(DestroyOutcome.AlreadyGone.class);
                after.near().write(1_000);
                after.far().readExactly(1_000);
            }
        }
    }

    @Test
    void shouldTakeNothingThatIsNotInTimeWait() {
        int port = nextPort++;
        try (Connection live = hosts.connect(Flavour.IPV6, port)) {
            DumpFilter filter = DumpFilter.states(TcpState.ESTABLISHED).sourcePorts(port, port);

            assertThatThrownBy(() -> hosts.client.run(() -> diag.dumpBothAtOnce(filter, table::add)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ESTABLISHED");

            assertThat(table.size()).isZero();
            live.near().write(10);
            live.far().readExactly(10);
        }
    }

    @Test
    void shouldSayNotPermittedForARowWithoutNetAdmin() {
        int first = leave(2);
        read(first, 2);
        try (Host ordinary = hosts.besideClient()) {
            ordinary.run(ThreadCapabilities::dropAll);
            ordinary.run(() -> {
                try (SocketDiag weak = SocketDiag.open()) {
                    weak.destroy(table, new int[] {0, 1}, 0, 2);
                }
            });
        }

        assertThat(table.outcome(0)).isInstanceOf(DestroyOutcome.NotPermitted.class);
        assertThat(table.outcome(1)).isInstanceOf(DestroyOutcome.NotPermitted.class);
    }

    @Test
    void shouldRefuseRowsThatAreNotThere() {
        int first = leave(1);
        read(first, 1);

        assertThatThrownBy(() -> table.outcome(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nobody has asked");
        assertThatThrownBy(() -> table.outcome(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> hosts.client.run(() -> diag.destroy(table, new int[] {1}, 0, 1)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        table.clear();
        assertThatThrownBy(() -> table.remainingMillis(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldCountConnectionsOpened() {
        try (Host beside = hosts.besideClient()) {
            ActiveOpens opens = beside.call(ActiveOpens::open);
            long before = beside.call(opens::read);
            assertThat(before).isEqualTo(hosts.client.call(TcpCounters::read).activeOpens());

            leave(7);

            assertThat(beside.call(opens::read) - before).isEqualTo(7);
            beside.run(opens::close);
        }
    }

    @Test
    void shouldMeasureItsOwnCpuTime() {
        long thread = CpuTime.ofThisThreadNanos();
        long process = CpuTime.ofThisProcessNanos();
        long end = System.nanoTime() + 20_000_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }

        long used = CpuTime.ofThisThreadNanos() - thread;
        assertThat(used).isBetween(1_000_000L, 60_000_000L);
        assertThat(CpuTime.ofThisProcessNanos() - process).isGreaterThanOrEqualTo(used / 2);
    }
}
