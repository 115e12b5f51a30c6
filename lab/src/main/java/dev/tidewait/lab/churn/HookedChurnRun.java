package dev.tidewait.lab.churn;

import dev.tidewait.lab.Chat;
import dev.tidewait.lab.ChatReport;
import dev.tidewait.lab.ChatSecond;
import dev.tidewait.lab.LabException;
import dev.tidewait.lab.Namespace;
import dev.tidewait.lab.Observer;
import dev.tidewait.lab.ObserverReport;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.TopologyPlan;
import dev.tidewait.lab.product.TidewaitRun;
import dev.tidewait.linux.DumpAnswer;
import dev.tidewait.linux.DumpFilter;
import dev.tidewait.linux.Refused;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpState;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** The same as {@link ChurnRun}, by programs below {@code tidewait run} where the proxy would stand. Used by one thread. */
final class HookedChurnRun {
    private static final DumpFilter TO_SERVER =
            DumpFilter.states(TcpState.ESTABLISHED).towards(Topology.ORIGIN_PORT);

    private final ChurnPlan plan;
    private final Consumer<String> progress;

    private volatile String stage = "ports";

    HookedChurnRun(ChurnPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    ChurnResult run() {
        Weather weather = Weather.of(plan.weather(), plan.seed());
        try (Topology bed = Topology.impaired(TopologyPlan.STANDARD, weather.link(plan.seed(), plan.breakage()));
                Chat server = Chat.serve(bed.server(), bed.origin(), ChurnRun.SERVER_SILENCE);
                Observer observer =
                        Observer.startBesideClient(bed.proxy(), bed.proxyInterface(), Topology.ORIGIN_PORT);
                TidewaitRun run = new TidewaitRun(plan.runOptions());
                ChatsUnderRun chats = ChatsUnderRun.start(bed, plan, run, this::say)) {
            chats.awaitLongOnes(ChurnRun.LONGEST);
            ChurnRun.await(
                    "the long-lived connections are open",
                    ChurnRun.OPENING,
                    () -> establishedCount(bed.proxy(), TO_SERVER) >= plan.longLived());
            Optional<RawDestroyer> destroyer = plan.breakage() == Breakage.RESET
                    ? Optional.of(RawDestroyer.aim(bed.proxy(), Topology.ORIGIN_PORT))
                    : Optional.empty();
            stage = "short";
            long begin = System.nanoTime();
            chats.beginShortOnes();
            destroyer.ifPresent(RawDestroyer::destroy);
            chats.awaitShortOnes(ChurnRun.LONGEST);
            double seconds = (System.nanoTime() - begin) / 1e9;
            long held = establishedCount(bed.proxy(), TO_SERVER);
            long heldOnItsPorts = establishedCount(
                    bed.proxy(),
                    TO_SERVER.sourcePorts(ChurnPlan.FIRST_PORT, ChurnPlan.FIRST_PORT + plan.portCount() - 1));
            chats.finish(ChurnRun.ENDING);
            ObserverReport observed = observer.stop();
            ChatReport serverReport = server.stop();
            return new ChurnResult(
                    plan,
                    chats.earlier(),
                    chats.shortOnes(),
                    chats.longOnes(),
                    serverReport,
                    held,
                    bed.impairedLink().stop(),
                    observed,
                    new Account.OfHook(run.count(), HookAges.of(plan, observer), heldOnItsPorts),
                    seconds);
        }
    }

    private void say(ChatSecond second) {
        progress.accept(String.format(
                Locale.ROOT,
                "%4d s  %s: %,9d done, %,d failed, %,d open",
                second.second(),
                stage,
                second.done(),
                second.failed(),
                second.open()));
    }

    private static long establishedCount(Namespace namespace, DumpFilter which) {
        DumpAnswer answer = namespace.call(() -> {
            try (SocketDiag diag = SocketDiag.open()) {
                return diag.dump(which, entry -> {});
            }
        });
        return switch (answer) {
            case DumpAnswer.Complete complete -> complete.socketCount();
            case Refused refused -> throw new LabException("cannot count connections in " + namespace + ": " + refused);
        };
    }
}
