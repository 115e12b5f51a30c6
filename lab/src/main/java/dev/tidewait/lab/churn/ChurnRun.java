package dev.tidewait.lab.churn;

import dev.tidewait.lab.Chat;
import dev.tidewait.lab.ChatReport;
import dev.tidewait.lab.ChatSecond;
import dev.tidewait.lab.LabException;
import dev.tidewait.lab.LedgerReport;
import dev.tidewait.lab.Observer;
import dev.tidewait.lab.ObserverReport;
import dev.tidewait.lab.ProxyUnderTest;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.TopologyPlan;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One run of {@code lab churn}: every port is used once, then the long-lived connections come, then the short ones beside them. Used by one
 * thread.
 *
 * <p>Through the proxy here, below {@code tidewait run} in {@link HookedChurnRun}.
 */
public final class ChurnRun {
    /** Longer than the proxy keeps a connection whose end got lost. */
    static final Duration ENDING = Duration.ofSeconds(60);

    static final Duration OPENING = Duration.ofSeconds(30);
    static final Duration LONGEST = Duration.ofMinutes(50);
    private static final long LOOK_MILLIS = 20;
    /** The server hears nothing from a connection that the proxy has not given up yet. */
    static final Duration SERVER_SILENCE = Duration.ofSeconds(60);

    private final ChurnPlan plan;
    private final Weather weather;
    private final Consumer<String> progress;

    private volatile OptionalLong strictSinceMillis = OptionalLong.empty();

    /** @param progress told how it goes, also from another thread */
    public ChurnRun(ChurnPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.weather = Weather.of(plan.weather(), plan.seed());
        this.progress = progress;
    }

    public ChurnResult run() {
        progress.accept("seed " + plan.seed() + ", " + weather.description());
        return switch (plan.chooser()) {
            case PROXY -> throughProxy();
            case RUN -> new HookedChurnRun(plan, progress).run();
        };
    }

    private ChurnResult throughProxy() {
        try (Topology bed = Topology.impaired(TopologyPlan.STANDARD, weather.link(plan.seed(), plan.breakage()));
                Chat server = Chat.serve(bed.server(), bed.origin(), SERVER_SILENCE);
                ProxyUnderTest proxy = ProxyUnderTest.start(bed.proxy(), proxyPlan(bed), plan.portsSetting());
                Observer observer =
                        Observer.startBesideClient(bed.proxy(), bed.proxyInterface(), Topology.ORIGIN_PORT)) {
            ChatReport earlier;
            try (Chat first = Chat.connect(bed.client(), plan.earlier(bed), second -> say("ports", second, proxy))) {
                earlier = first.await(LONGEST);
            }
            try (Chat longOnes = Chat.connect(bed.client(), plan.longOnes(bed), second -> {})) {
                await(
                        "the long-lived connections are open",
                        OPENING,
                        () -> proxy.ledger().leased() >= plan.longLived());
                return measure(bed, server, proxy, observer, earlier, longOnes);
            }
        }
    }

    private ChurnResult measure(
            Topology bed, Chat server, ProxyUnderTest proxy, Observer observer, ChatReport earlier, Chat longOnes) {
        Optional<RawDestroyer> destroyer = plan.breakage() == Breakage.RESET
                ? Optional.of(RawDestroyer.aim(bed.proxy(), Topology.ORIGIN_PORT))
                : Optional.empty();
        long begin = System.nanoTime();
        ChatReport shortReport;
        try (Chat shortOnes = Chat.connect(bed.client(), plan.shortOnes(bed), second -> say("short", second, proxy))) {
            destroyer.ifPresent(RawDestroyer::destroy);
            shortReport = shortOnes.await(LONGEST);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        long held = proxy.ledger().leased();
        ChatReport longReport = longOnes.finish(ENDING);
        awaitNoLease(proxy);
        LedgerReport ledger = proxy.ledger();
        ObserverReport observed = observer.stop();
        ChatReport serverReport = server.stop();
        proxy.stop();
        return new ChurnResult(
                plan,
                earlier,
                shortReport,
                longReport,
                serverReport,
                held,
                bed.impairedLink().stop(),
                observed,
                new Account.OfLedger(ledger, ReuseAges.of(plan, observer, proxy, strictSinceMillis)),
                seconds);
    }

    private ProxyUnderTest.Plan proxyPlan(Topology bed) {
        return new ProxyUnderTest.Plan(
                bed.proxyListener(), Optional.of(bed.origin()), bed.proxySources(), plan.settings());
    }

    /** Looks at the ledger as well: from when on is the destination sequence-strict? */
    private void say(String what, ChatSecond second, ProxyUnderTest proxy) {
        LedgerReport ledger = proxy.ledger();
        if (ledger.sequenceStrict() && strictSinceMillis.isEmpty()) {
            strictSinceMillis = OptionalLong.of(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        }
        progress.accept(String.format(
                Locale.ROOT,
                "%4d s  %s: %,9d done, %,d failed, %,d open; %,d leases, %,d held, %,d in line%s",
                second.second(),
                what,
                second.done(),
                second.failed(),
                second.open(),
                ledger.leases(),
                ledger.leased(),
                ledger.waiting(),
                ledger.sequenceStrict() ? ", sequence-strict" : ""));
    }

    /** What is left is the verdict's business. */
    private static void awaitNoLease(ProxyUnderTest proxy) {
        holds(ENDING, () -> proxy.ledger().leased() == 0);
    }

    static void await(String what, Duration deadline, BooleanSupplier condition) {
        if (!holds(deadline, condition)) {
            throw new LabException("after " + deadline.toSeconds() + " s it is not so that " + what);
        }
    }

    private static boolean holds(Duration deadline, BooleanSupplier condition) {
        long end = System.nanoTime() + deadline.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
        return true;
    }
}
