package dev.tidewait.doctor.census;

import static dev.tidewait.doctor.census.CensusBed.CLIENT;
import static dev.tidewait.doctor.census.CensusBed.IPV4;
import static dev.tidewait.doctor.census.CensusBed.KEEPS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.doctor.census.TidewaitAccount.OfHook;
import dev.tidewait.doctor.census.TidewaitAccount.OfLedgers;
import dev.tidewait.doctor.census.TidewaitAccount.Served;
import dev.tidewait.linux.PortBits;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortSet;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ledgers say, beside real sockets. Needs root. */
class TidewaitAccountsTest {
    private static final IpAddress SOURCE = IpAddress.of(CLIENT);
    private static final Destination SERVED = new Destination(IpAddress.of(IPV4), KEEPS);
    private static final Destination ELSEWHERE = new Destination(IpAddress.of(IPV4), 9_999);
    private static final PortSet PORTS = PortSet.range(20_480, 20_679);
    private static final OwnPorts BLOCK = new OwnPorts(PortBits.parse("20480-21503"));

    private final CensusBed bed = CensusBed.join();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() {
        sockets.forEach(CensusBed::close);
        bed.close();
    }

    @Test
    void shouldTakeTheLedgersWordForItsPorts() {
        sockets.add(bed.connect(20_500, IPV4, KEEPS));
        LedgerUse ledger = ledger(1, 150, 60, 0, new Exhaustion.Foreseen(33));

        CensusReport report = look(ledgers(new LedgerRow(SOURCE, SERVED, ledger)));

        DestinationUse use = only(report);
        assertThat(use.countedBy()).isEqualTo(CountedBy.LEDGER);
        assertThat(use.ledger()).contains(ledger);
        assertThat(use.counts().established()).isEqualTo(1);
        assertThat(use.usable()).isEqualTo(200);
        assertThat(use.headroom()).isEqualTo(60);
        assertThat(use.taken()).isEqualTo(140);
        assertThat(use.restingCount()).isEqualTo(139);
        assertThat(use.secondsToExhaustion()).hasValue(33);
        assertThat(report.notes()).isEmpty();
    }

    @Test
    void shouldShowPortsThatRestWithoutASocket() {
        LedgerUse resting = ledger(0, 190, 10, 0, new Exhaustion.Foreseen(2));
        LedgerUse rested = ledger(0, 190, 200, 0, new Exhaustion.NotForeseen(0));

        CensusReport report = look(ledgers(
                new LedgerRow(SOURCE, SERVED, resting),
                new LedgerRow(SOURCE, ELSEWHERE, rested),
                new LedgerRow(SOURCE, new Destination(IpAddress.of(IPV4), 443), resting)));

        assertThat(report.destinations())
                .extracting(use -> use.destination().port())
                .containsExactlyInAnyOrder(KEEPS, 443);
        assertThat(report.destinations()).allSatisfy(use -> {
            assertThat(use.counts().total()).isZero();
            assertThat(use.headroom()).isEqualTo(10);
            assertThat(use.countedBy()).isEqualTo(CountedBy.LEDGER);
        });
    }

    @Test
    void shouldCountBySocketsWhereTheGreaterPartIsNotTidewaits() {
        for (int i = 0; i < 5; i++) {
            sockets.add(bed.connect(IPV4, KEEPS));
        }
        LedgerUse ledger = ledger(1, 2, 199, 0, new Exhaustion.NotForeseen(1));

        DestinationUse use = only(look(ledgers(new LedgerRow(SOURCE, SERVED, ledger))));

        assertThat(use.countedBy()).isEqualTo(CountedBy.SOCKETS);
        assertThat(use.usable()).isEqualTo(28_232);
        assertThat(use.ledger()).contains(ledger);
    }

    /** Whoever answers may claim anything; the sockets are the kernel's word. */
    @Test
    void shouldNotLetALedgerTalkAwayWhatOthersUse() {
        for (int i = 0; i < 5; i++) {
            sockets.add(bed.connect(IPV4, KEEPS));
        }
        LedgerUse ledger = ledger(100, 90, 10, 0, new Exhaustion.NotForeseen(1));

        DestinationUse use = only(look(ledgers(new LedgerRow(SOURCE, SERVED, ledger))));

        assertThat(use.countedBy()).isEqualTo(CountedBy.SOCKETS);
        assertThat(use.usable()).isEqualTo(28_232);
        assertThat(use.taken()).isEqualTo(5);
    }

    /** On a dedicated host its ports are such as connect() chooses; more connections than it has ports are not all its own. */
    @Test
    void shouldBelieveALedgerInTheRangeOfConnectAsFarAsItsPortsGo() {
        for (int i = 0; i < 3; i++) {
            sockets.add(bed.connect(IPV4, KEEPS));
        }
        LedgerUse ledger = ledger(1, 2, 150, 0, new Exhaustion.NotForeseen(1));

        assertThat(only(look(inRange(PortSet.range(40_000, 40_002), ledger))).countedBy())
                .isEqualTo(CountedBy.LEDGER);
        assertThat(only(look(inRange(PortSet.range(40_000, 40_001), ledger))).countedBy())
                .isEqualTo(CountedBy.SOCKETS);
    }

    @Test
    void shouldAddUpTwoProgramsThatServeTheSame() {
        LedgerUse one = ledger(1, 150, 60, 0, new Exhaustion.Foreseen(33));
        LedgerUse other = ledger(2, 100, 100, 4, new Exhaustion.Reached());

        DestinationUse use = only(look(new TidewaitAccounts(
                List.of(
                        new OfLedgers(PORTS, List.of(new LedgerRow(SOURCE, SERVED, one))),
                        new OfLedgers(PORTS, List.of(new LedgerRow(SOURCE, SERVED, other)))),
                List.of())));

        assertThat(use.usable()).isEqualTo(400);
        assertThat(use.headroom()).isEqualTo(160);
        assertThat(use.ledger().orElseThrow().waiting()).isEqualTo(4);
        assertThat(use.secondsToExhaustion()).hasValue(0);
    }

    @Test
    void shouldCountTheVeryPortsOfAHook() {
        sockets.add(bed.connect(20_500, IPV4, KEEPS));

        CensusReport report =
                look(new TidewaitAccounts(List.of(new OfHook(PORTS, List.of(new Served(SOURCE, SERVED)))), List.of()));

        DestinationUse use = only(report);
        assertThat(use.countedBy()).isEqualTo(CountedBy.HOOK);
        assertThat(use.usable()).isEqualTo(200);
        assertThat(use.headroom()).isEqualTo(199);
        assertThat(report.notes())
                .singleElement()
                .satisfies(note -> assertThat(note.what()).startsWith("1 destinations use ports of Tidewait without"));
    }

    @Test
    void shouldPassOnWhoCouldNotBeAsked() {
        sockets.add(bed.connect(20_500, IPV4, KEEPS));
        CensusNote silent = new CensusNote("the ledgers of the Tidewait program at 127.0.0.1:8404", "silent", "look");

        CensusReport report = look(new TidewaitAccounts(List.of(), List.of(silent)));

        assertThat(report.notes()).hasSize(2).contains(silent);
        assertThat(only(report).usable()).isEqualTo(1_024);
    }

    private static TidewaitAccounts inRange(PortSet ports, LedgerUse ledger) {
        return new TidewaitAccounts(
                List.of(new OfLedgers(ports, List.of(new LedgerRow(SOURCE, SERVED, ledger)))), List.of());
    }

    private static LedgerUse ledger(int leased, int cooling, int headroom, int waiting, Exhaustion exhaustion) {
        return new LedgerUse(200, leased, cooling, 0, headroom, waiting, 12.5, 1_000, exhaustion);
    }

    private static TidewaitAccounts ledgers(LedgerRow... rows) {
        return new TidewaitAccounts(List.of(new OfLedgers(PORTS, List.of(rows))), List.of());
    }

    private CensusReport look(TidewaitAccounts accounts) {
        return bed.client.call(() -> {
            try (Census census = Census.open(BLOCK)) {
                census.look(System::nanoTime);
                return census.report(0, accounts);
            }
        });
    }

    private static DestinationUse only(CensusReport report) {
        assertThat(report.destinations()).hasSize(1);
        return report.destinations().getFirst();
    }
}
