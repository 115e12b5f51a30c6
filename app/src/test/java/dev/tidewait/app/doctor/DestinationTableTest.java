package dev.tidewait.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.doctor.census.CountedBy;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.Exhaustion;
import dev.tidewait.doctor.census.Flow;
import dev.tidewait.doctor.census.Owner;
import dev.tidewait.doctor.census.Owners;
import dev.tidewait.doctor.census.StateCounts;
import dev.tidewait.doctor.census.TimeWaitAges;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of who uses the ports, at terminals of usual widths. */
final class DestinationTableTest {
    private static final DestinationUse IPV4 =
            use("198.51.100.17", "203.0.113.9", 443, 12_775, new Owner(4_711, "nginx", 3));
    private static final DestinationUse SHORT = use("10.0.0.1", "10.0.0.2", 80, 7);
    private static final DestinationUse IPV6 = use("2001:db8::1", "2001:db8::2", 443, 12_775);
    /** As long as addresses can be. */
    private static final DestinationUse LONG_IPV6 = use(
            "2001:db8:1111:2222:3333:4444:5555:6666",
            "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff",
            65_535,
            28_232,
            new Owner(4_194_303, "a-program-15ch.", 9),
            new Owner(4_194_302, "envoy", 2),
            new Owner(1, "systemd", 1));

    private static final Pattern FIGURES = Pattern.compile("TIME_WAIT|\\d+ %|in \\d+ s|here|first");

    @Test
    void shouldKeepToOneLineWhereThereIsRoom() {
        assertThat(print(Integer.MAX_VALUE, IPV4, SHORT))
                .containsExactly(
                        "  destination              source             live TIME_WAIT headroom    used    new/s   runs out  first programs",
                        "  203.0.113.9:443          198.51.100.17         3    12,775   15,454    45 %      213    in 34 s  here  nginx[4711]",
                        "  10.0.0.2:80              10.0.0.1              0         7   28,225     0 %        0    in 34 s  here");
    }

    @Test
    void shouldMoveTogetherBeforeItBreaks() {
        assertThat(print(100, SHORT))
                .containsExactly(
                        "  destination source   live TIME_WAIT headroom used new/s runs out  first programs",
                        "  10.0.0.2:80 10.0.0.1    0         7   28,225  0 %     0  in 34 s  here");
    }

    @Test
    void shouldPutTheAddressesAboveTheFigures() {
        assertThat(print(80, IPV6, LONG_IPV6))
                .containsExactly(
                        "  destination  from source",
                        "        live TIME_WAIT headroom    used    new/s   runs out  first programs",
                        "  [2001:db8::2]:443  from 2001:db8::1",
                        "           0    12,775   15,457    45 %      213    in 34 s  here",
                        "  [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535",
                        "       from 2001:db8:1111:2222:3333:4444:5555:6666",
                        "          12    28,232        0   100 %      471    in 34 s  here",
                        "      a-program-15ch.[4194303], envoy[4194302] and 1 more");
    }

    /** Whoever starts a program chooses its name. */
    @Test
    void shouldNotLetAProgramsNameSteerTheTerminal() {
        assertThat(print(200, use("10.0.0.1", "10.0.0.2", 80, 7, new Owner(7, "\u001b[2Jowned", 1))))
                .last()
                .asString()
                .endsWith("  ?[2Jowned[7]")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 100, 120, 200})
    void shouldNeitherPassTheWidthNorShiftTheFigures(int columns) {
        for (List<DestinationUse> uses :
                List.of(List.of(IPV4, SHORT), List.of(IPV4, IPV6), List.of(LONG_IPV6, SHORT, IPV6))) {
            List<String> lines = print(columns, uses.toArray(new DestinationUse[0]));

            assertThat(lines).allMatch(line -> line.length() <= columns);
            assertThat(lines).noneMatch(line -> line.endsWith(" "));
            List<String> figures =
                    lines.stream().filter(line -> FIGURES.matcher(line).find()).toList();
            assertThat(figures).hasSize(uses.size() + 1);
            assertThat(figures.stream()
                            .map(DestinationTableTest::whereTheFiguresEnd)
                            .distinct())
                    .as("where TIME_WAIT, headroom and so on end: %s", figures)
                    .hasSize(1);
        }
    }

    /** Of the figures from the right end of TIME_WAIT to the left end of who closes first. */
    private static List<Integer> whereTheFiguresEnd(String line) {
        Matcher figures = Pattern.compile(
                        " (TIME_WAIT|[\\d,]+) +(headroom|[\\d,]+) +(used|\\d+ %) +(new/s|\\d+) +(runs out|in \\d+ s)  (?=first|here)")
                .matcher(line);
        assertThat(figures.find()).as(line).isTrue();
        return List.of(figures.end(1), figures.end(2), figures.end(3), figures.end(4), figures.end(5), figures.end());
    }

    private static List<String> print(int columns, DestinationUse... uses) {
        DestinationTable table = DestinationTable.of(List.of(uses), columns);
        List<String> lines = new ArrayList<>(table.heading());
        for (int i = 0; i < uses.length; i++) {
            lines.addAll(table.row(i));
        }
        return lines;
    }

    private static DestinationUse use(String source, String destination, int port, int timeWait, Owner... owners) {
        int live = List.of(owners).stream().mapToInt(Owner::socketCount).sum();
        return new DestinationUse(
                IpAddress.of(InetAddress.ofLiteral(source)),
                new Destination(IpAddress.of(InetAddress.ofLiteral(destination)), port),
                new StateCounts(0, 0, live, 0, 0, timeWait, 0, 0, 0),
                28_232,
                Math.min(28_232, live + timeWait),
                0,
                timeWait / 2,
                TimeWaitAges.NONE,
                new Flow(
                        OptionalDouble.of(timeWait / 60.0),
                        timeWait / 60.0,
                        0,
                        OptionalDouble.of(0),
                        OptionalDouble.of(0.2)),
                new Exhaustion.Foreseen(34),
                new Owners(List.of(owners), 0),
                CountedBy.SOCKETS,
                Optional.empty());
    }
}
