package dev.tidewait.app.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.app.admin.HookPortsPage;
import dev.tidewait.app.admin.Page;
import dev.tidewait.app.admin.PortsPage;
import dev.tidewait.app.admin.PortsView;
import dev.tidewait.app.program.HookReport;
import dev.tidewait.doctor.census.Exhaustion;
import dev.tidewait.doctor.census.LedgerRow;
import dev.tidewait.doctor.census.LedgerUse;
import dev.tidewait.doctor.census.TidewaitAccount;
import dev.tidewait.hook.HookSnapshot;
import dev.tidewait.ports.AgeAtReuse;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PoolSnapshot;
import dev.tidewait.ports.PortSet;
import dev.tidewait.ports.SourceSnapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages as they are written now, read again. */
final class AccountReaderTest {
    private static final PortSet PORTS = PortSet.range(20_000, 20_999);
    private static final IpAddress FOUR = address("198.51.100.1");
    private static final IpAddress SIX = address("2001:db8::1");

    @Test
    void shouldReadWhatTheProxyWrites() throws IOException {
        Destination far = new Destination(address("2001:db8::9"), 443);
        List<PoolSnapshot> pools = List.of(
                pool(new Destination(address("203.0.113.9"), 80), 12.5, 0, source(FOUR, 10, 700, 250)),
                pool(far, -1, 0, source(SIX, 1, 2, 999), source(FOUR, 3, 4, 900)),
                pool(new Destination(address("203.0.113.10"), 80), 40, 3, source(FOUR, 900, 100, 0)));

        AccountReader.Result result = AccountReader.read(body(new PortsPage(view(pools))));

        assertThat(result.missing()).isZero();
        assertThat(result.account().ports()).isEqualTo(PORTS);
        List<LedgerRow> rows = rows(result);
        assertThat(rows).hasSize(4);
        assertThat(rows)
                .contains(
                        new LedgerRow(
                                FOUR,
                                new Destination(address("203.0.113.9"), 80),
                                new LedgerUse(1_000, 10, 700, 5, 250, 0, 7.5, 1_000, new Exhaustion.Foreseen(12.5))),
                        new LedgerRow(
                                SIX,
                                far,
                                new LedgerUse(1_000, 1, 2, 5, 999, 0, 7.5, 1_000, new Exhaustion.NotForeseen(1))))
                .anySatisfy(row -> {
                    assertThat(row.use().waiting()).isEqualTo(3);
                    assertThat(row.use().exhaustion()).isInstanceOf(Exhaustion.Reached.class);
                });
    }

    @Test
    void shouldReadWhatAHookWrites() throws IOException {
        HookSnapshot nothing = new HookSnapshot(List.of(), Map.of(), Map.of(), 0, 0, 0, 0, 0, 0, 0);
        HookPortsPage page = new HookPortsPage(() -> new HookReport(nothing, "/sys/fs/cgroup/a", PORTS, 1_000));

        TidewaitAccount account = AccountReader.read(body(page)).account();

        assertThat(account).isEqualTo(new TidewaitAccount.OfHook(PORTS, List.of()));
    }

    @Test
    void shouldSayHowManyDestinationsThePageLeavesOut() throws IOException {
        List<PoolSnapshot> pools = new ArrayList<>();
        for (int i = 0; i < 1_003; i++) {
            pools.add(pool(
                    new Destination(address("10.0." + i / 256 + "." + i % 256), 80), -1, 0, source(FOUR, 1, 1, 9)));
        }

        AccountReader.Result result = AccountReader.read(body(new PortsPage(view(pools))));

        assertThat(rows(result)).hasSize(1_000);
        assertThat(result.missing()).isEqualTo(3);
    }

    @Test
    void shouldKeepWhatCameOfAPageThatIsTooLong() throws IOException {
        List<PoolSnapshot> pools = List.of(
                pool(new Destination(address("203.0.113.9"), 80), 1, 0, source(FOUR, 10, 700, 250)),
                pool(new Destination(address("203.0.113.10"), 80), 2, 0, source(FOUR, 10, 700, 250)));
        byte[] whole = body(new PortsPage(view(pools))).bytes();
        byte[] cut = Arrays.copyOf(whole, whole.length - 20);

        AccountReader.Result result = AccountReader.read(body(cut, false));

        assertThat(rows(result))
                .singleElement()
                .satisfies(row -> assertThat(row.destination().address()).isEqualTo(address("203.0.113.9")));
        assertThat(result.missing()).isEqualTo(1);
        assertThatThrownBy(() -> AccountReader.read(body(cut, true)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not understood");
    }

    @Test
    void shouldPassOverWhatItDoesNotKnow() throws IOException {
        String newer = """
                {"ports":"20000-20999","more":{"a":[1,{"b":2}]},"destinationCount":1,"destinations":[{"destination":"203.0.113.9:80",
                "new":[{"x":1}],"waiting":0,"sources":[{"source":"198.51.100.1","usable":7,"headroom":7,"later":{"y":[]}}]}]}
                """;

        assertThat(rows(AccountReader.read(body(newer.getBytes(UTF_8), true))))
                .singleElement()
                .satisfies(row -> assertThat(row.use().usable()).isEqualTo(7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "nonsense",
                "{\"ports\":[]}",
                "{\"ports\":\"a-b\"}",
                "{\"destinations\":{}}",
                "{\"destinations\":[{\"destination\":\"no port\",\"sources\":[]}]}",
                "{\"destinations\":[{\"destination\":\"203.0.113.9:80\",\"sources\":[{\"source\":\"name.example\"}]}]}",
                "{\"destinations\":[{\"destination\":\"203.0.113.9:80\",\"waiting\":\"many\"}]}"
            })
    void shouldSayWhenItIsNoAnswerOfTidewait(String answer) {
        assertThatThrownBy(() -> AccountReader.read(body(answer.getBytes(UTF_8), true)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not understood");
    }

    /** ESC, and the one character that some terminals take for ESC and [. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b[2Jowned",
                "\u009b2Jowned",
                "{\"ports\":\"\u001b[2Jowned\"}",
                "{\"ports\":\"\\u001b[2Jowned\"}",
                "{\"\\u001b[2Jowned\":tru}",
                "{\"destinations\":[{\"destination\":\"\\u001b[2Jowned\",\"sources\":[]}]}",
                "{\"destinations\":[{\"destination\":\"\\u001b[2Jowned:80\",\"sources\":[]}]}",
                "{\"destinations\":[{\"destination\":\"203.0.113.9:\\u001b[2Jowned\",\"sources\":[]}]}",
                "{\"destinations\":[{\"destination\":\"203.0.113.9:80\",\"sources\":[{\"source\":\"\\u001b[2Jowned\"}]}]}",
                "{\"destinationCount\":\"\\u001b[2Jowned\"}"
            })
    void shouldNotQuoteWhatItDoesNotUnderstand(String answer) {
        assertThatThrownBy(() -> AccountReader.read(body(answer.getBytes(UTF_8), true)))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("its answer is not understood: [A-Za-z_ ]+");
    }

    @Test
    void shouldStopAtMoreSourcesThanItHolds() throws IOException {
        StringBuilder page = new StringBuilder("{\"ports\":\"20000-20999\",\"destinationCount\":2,\"destinations\":[");
        page.append("{\"destination\":\"203.0.113.9:80\",\"sources\":[{\"source\":\"198.51.100.1\"}]},");
        page.append("{\"destination\":\"203.0.113.10:80\",\"sources\":[{\"source\":\"10.0.0.0\"}");
        for (int i = 1; i < 100_000; i++) {
            page.append(",{\"source\":\"10.").append(i >> 16).append('.').append(i >> 8 & 255);
            page.append('.').append(i & 255).append("\"}");
        }

        AccountReader.Result result =
                AccountReader.read(body(page.append("]}]}").toString().getBytes(UTF_8), true));

        assertThat(rows(result))
                .singleElement()
                .satisfies(row -> assertThat(row.source()).isEqualTo(FOUR));
        assertThat(result.missing()).isEqualTo(1);
    }

    /** The order of keys means nothing in JSON. */
    @Test
    void shouldKnowAHookByAKeyAtTheEnd() throws IOException {
        String page = """
                {"destinations":[{"source":"198.51.100.1","destination":"203.0.113.9:80"}],"ports":"20000-20999","cgroup":"/a"}
                """;

        assertThat(AccountReader.read(body(page.getBytes(UTF_8), true)).account())
                .isEqualTo(new TidewaitAccount.OfHook(
                        PORTS, List.of(new TidewaitAccount.Served(FOUR, new Destination(address("203.0.113.9"), 80)))));
    }

    private static List<LedgerRow> rows(AccountReader.Result result) {
        return ((TidewaitAccount.OfLedgers) result.account()).rows();
    }

    private static PageRequest.Body body(Page page) throws IOException {
        return body(page.answer().body(), true);
    }

    private static PageRequest.Body body(byte[] bytes, boolean isWhole) {
        return new PageRequest.Body(bytes, 0, bytes.length, isWhole);
    }

    private static PortsView view(List<PoolSnapshot> pools) {
        return new PortsView() {
            @Override
            public List<PoolSnapshot> pools() {
                return pools;
            }

            @Override
            public PortSet usable() {
                return PORTS;
            }

            @Override
            public long destroyedCount() {
                return 0;
            }
        };
    }

    private static PoolSnapshot pool(
            Destination destination, double secondsToExhaustion, int waiting, SourceSnapshot... sources) {
        return new PoolSnapshot(
                destination,
                List.of(sources),
                7.5,
                secondsToExhaustion,
                new AgeAtReuse(4, 1_000, 2_000, 3_000),
                waiting,
                waiting,
                0,
                1_000,
                1_000,
                false);
    }

    private static SourceSnapshot source(IpAddress source, int leased, int cooling, int headroom) {
        return new SourceSnapshot(source, 1_000, leased, cooling, 200, 5, headroom, cooling, 77);
    }

    private static IpAddress address(String text) {
        return IpAddress.of(InetAddress.ofLiteral(text));
    }
}
