package dev.tidewait.lab.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.ObserverReport;
import dev.tidewait.lab.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** What must make a run of {@code lab reload} fail. */
class ReloadVerdictsTest {
    private static final LedgerLook KNOWN = new LedgerLook(30, 4_000, 9_000, 100);

    /** A run that may be spoiled in one place. */
    private record Run(
            String trouble,
            LedgerLook after,
            long failed,
            boolean underLoad,
            List<String> harmed,
            long leased,
            long kernelTimeWait,
            int descriptors,
            long youngestNanos,
            long resets) {
        static final Run GOOD = new Run(
                "", KNOWN, 0, true, List.of(), 0, 100, 60, Duration.ofSeconds(2).toNanos(), 1);
    }

    @Test
    void shouldHoldWhereNothingFailsAndNothingIsForgotten() {
        assertThat(failed(Run.GOOD)).isEmpty();
    }

    @Test
    void shouldFailForAReloadWithAnotherReport() {
        assertThat(failed(new Run("refused", KNOWN, 0, true, List.of(), 0, 100, 60, 2_000_000_000L, 1)))
                .singleElement()
                .asString()
                .startsWith("every reload");
    }

    @Test
    void shouldFailForLedgersThatAreEmptyOrStartAnewAfterAReload() {
        LedgerLook empty = new LedgerLook(30, 0, 9_010, 100);
        LedgerLook anew = new LedgerLook(30, 4_000, 10, 100);
        for (LedgerLook look : List.of(empty, anew)) {
            assertThat(failed(new Run("", look, 0, true, List.of(), 0, 100, 60, 2_000_000_000L, 1)))
                    .containsExactly("the ledgers survive every reload");
        }
    }

    @Test
    void shouldFailForOneRequestOneConnectionAndOneLease() {
        assertThat(failed(new Run("", KNOWN, 1, true, List.of("reset"), 1, 100, 60, 2_000_000_000L, 1)))
                .containsExactly(
                        "no request fails", "no connection that lives through reloads is harmed", "no lease is lost");
    }

    @Test
    void shouldFailForWhatTheKernelAndTheWireSay() {
        assertThat(failed(new Run("", KNOWN, 0, false, List.of(), 0, 150, 80, 900_000_000L, 2)))
                .containsExactly(
                        "what is asked for is served, from the first reload to the last",
                        "no four-tuple is reused below the floor of 1000 ms",
                        "the proxy resets no connection to a server",
                        "the kernel holds no TIME_WAIT that the ledgers have forgotten",
                        "descriptors are flat");
    }

    private static List<String> failed(Run run) {
        return result(run).verdicts().stream()
                .filter(verdict -> !verdict.holds())
                .map(Verdict::claim)
                .toList();
    }

    private static ReloadResult result(Run run) {
        InetAddress address = InetAddress.ofLiteral("10.71.1.3");
        ConfigurationText first =
                ConfigurationText.first(new Places(new InetSocketAddress(address, 8_080), address, Path.of("/tmp")));
        Step step = new Step(1, ReloadKind.LIMIT, ReloadWay.POST, first, new Written("", first, Optional.empty()));
        LoadReport single = new LoadReport(500, 500 - run.failed, run.failed, 0, 0, 1, Map.of(), Map.of());
        LoadReport kept = new LoadReport(500, 500, 0, 0, 0, 1, Map.of(), Map.of());
        return new ReloadResult(
                ReloadPlan.STANDARD.withReloads(1),
                List.of(new ReloadReport(step, run.trouble, 10, KNOWN, run.after)),
                single,
                kept,
                run.underLoad,
                new SteadyConnections.Report(30, 1_000, run.harmed),
                new ObserverReport(
                        9_000,
                        0,
                        0,
                        900,
                        300,
                        0,
                        0,
                        run.resets,
                        0,
                        0,
                        0,
                        1,
                        run.youngestNanos,
                        9,
                        new Histogram(3),
                        List.of()),
                new LedgerLook(run.leased, 4_000, 9_100, 100),
                run.kernelTimeWait,
                60,
                run.descriptors);
    }
}
