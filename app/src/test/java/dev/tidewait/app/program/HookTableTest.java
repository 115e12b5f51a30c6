package dev.tidewait.app.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.hook.DestinationRow;
import dev.tidewait.hook.HookSnapshot;
import dev.tidewait.hook.LeftAlone;
import dev.tidewait.hook.NoPort;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortSet;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HookTableTest {
    private static final IpAddress SOURCE = IpAddress.of(InetAddress.ofLiteral("10.9.9.1"));

    private static DestinationRow row(String address, long connects, long steals) {
        return new DestinationRow(
                new Destination(IpAddress.of(InetAddress.ofLiteral(address)), 443),
                SOURCE,
                connects,
                connects - steals,
                steals,
                0,
                0,
                steals == 0 ? 0 : 1_004,
                steals == 0 ? 0 : 3_000,
                steals == 0 ? 0 : 61_500,
                connects + 10,
                0,
                0);
    }

    private static HookReport report(HookSnapshot snapshot) {
        return new HookReport(snapshot, "/sys/fs/cgroup/x", PortSet.range(20_000, 29_999), 120_040);
    }

    @Test
    void shouldLineUpItsColumns() {
        String text = HookTable.text(report(new HookSnapshot(
                List.of(row("10.9.9.2", 1_000_000, 990_000), row("2001:db8::7", 3, 0)),
                Map.of(LeftAlone.SOURCE_UNKNOWN, 2L, LeftAlone.LOOPBACK, 7L),
                Map.of(),
                1_000_003,
                0,
                0,
                0,
                0,
                0,
                0)));
        assertThat(text).isEqualTo("""
                tidewait: 1,000,003 of 1,000,005 connects (99.99 %) in 120.0 s from the 10,000 ports 20000-29999
                left to the kernel: 2 a destination's first, whose source its routing chose
                not concerned: 7 to loopback
                destination                 source     connects  never used   steals  after close  destroys  age min    p50     max  tried  to kernel  refused
                10.9.9.2:443                10.9.9.1  1,000,000      10,000  990,000            0         0    1.00s  3.00s  61.50s   1.00          0        0
                [2001:db8:0:0:0:0:0:7]:443  10.9.9.1          3           3        0            0         0        -      -       -   4.33          0        0
                """);
    }

    @Test
    void shouldNeverRoundALeftOverConnectAway() {
        HookSnapshot all = new HookSnapshot(List.of(), Map.of(), Map.of(), 1_000_000, 0, 0, 0, 0, 0, 0);
        HookSnapshot allButOne = new HookSnapshot(List.of(), Map.of(), Map.of(), 1_000_000, 1, 0, 0, 0, 0, 0);
        assertThat(HookTable.text(report(all))).contains("(100.00 %)").doesNotContain("left to the kernel");
        assertThat(HookTable.text(report(allButOne))).contains("(99.99 %)", "left to the kernel: 1 for want of a port");
    }

    @Test
    void shouldSayWhyThereWasNoPort() {
        Map<NoPort, Long> reasons = Map.of(NoPort.IN_USE, 20L, NoPort.BELOW_FLOOR, 4_000L, NoPort.CONNECTED_AGAIN, 3L);
        HookSnapshot counted = new HookSnapshot(List.of(), Map.of(), reasons, 95_977, 4_020, 3, 7, 0, 0, 0);
        assertThat(HookTable.text(report(counted))).isEqualTo("""
                tidewait: 95,977 of 100,000 connects (95.97 %) in 120.0 s from the 10,000 ports 20000-29999
                left to the kernel: 4,020 for want of a port
                refused with EADDRNOTAVAIL for want of a port: 3
                no port: 4,000 as the next ones had not rested long enough, 20 as the next ones were in use, \
                3 as the socket connected again and its own had not rested long enough
                """);
    }

    @Test
    void shouldSayNothingOfWhatDidNotHappen() {
        String text = HookTable.text(report(new HookSnapshot(List.of(), Map.of(), Map.of(), 0, 0, 0, 0, 0, 0, 0)));
        assertThat(text)
                .isEqualTo("tidewait: 0 of 0 connects (100.00 %) in 120.0 s from the 10,000 ports 20000-29999\n");
    }

    @Test
    void shouldCutALongTable() {
        List<DestinationRow> rows = Collections.nCopies(45, row("10.9.9.2", 1, 0));
        String text = HookTable.text(report(new HookSnapshot(rows, Map.of(), Map.of(), 45, 0, 0, 0, 0, 0, 0)));
        assertThat(text.lines()).hasSize(1 + 1 + 40 + 1);
        assertThat(text).endsWith("and 5 more; --json shows all\n");
    }
}
