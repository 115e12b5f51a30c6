package dev.tidewait.app;

import dev.tidewait.app.admin.AdminServer;
import dev.tidewait.app.admin.HealthPage;
import dev.tidewait.app.admin.HookMetricFamilies;
import dev.tidewait.app.admin.HookPortsPage;
import dev.tidewait.app.admin.HookTablePage;
import dev.tidewait.app.admin.MetricsPage;
import dev.tidewait.app.program.HookReport;
import dev.tidewait.app.program.ReportOutput;
import dev.tidewait.hook.HookException;
import dev.tidewait.hook.HookSnapshot;
import dev.tidewait.linux.Cgroup;
import dev.tidewait.netty.Transport;
import dev.tidewait.ports.PortSet;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The rule for one program while {@code run} or {@code attach} lasts: its ports, its attachment to a cgroup, its reports, its admin endpoint. Any
 * thread may ask for reports; the rest is the main thread's.
 */
final class RuleSession implements AutoCloseable {
    private static final HookReport NOTHING =
            new HookReport(new HookSnapshot(List.of(), Map.of(), Map.of(), 0, 0, 0, 0, 0, 0, 0), "", PortSet.EMPTY, 0);
    private static final long CLOSE_SECONDS = 2;

    private final RuleOptions options;
    private final Attacher attacher;
    private final ReportOutput output;
    private final Optional<Admin> admin;
    private Optional<RulePlan> plan = Optional.empty();
    private Optional<Attached> attached = Optional.empty();
    private HookReport last = NOTHING;

    /** @param waiting whether the cgroup is gone, and what is attached waits for the next one */
    private record Attached(Attacher.Attachment attachment, Cgroup cgroup, long sinceNanos, boolean waiting) {
        Attached on(Cgroup next) {
            return new Attached(attachment, next, sinceNanos, false);
        }

        Attached thatWaits() {
            return new Attached(attachment, cgroup, sinceNanos, true);
        }
    }

    private record Admin(AdminServer server, EventLoopGroup loops) {}

    private RuleSession(RuleOptions options, Attacher attacher, ReportOutput output) throws IOException {
        this.options = options;
        this.attacher = attacher;
        this.output = output;
        this.admin = options.admin().isPresent()
                ? Optional.of(openAdmin(options.admin().get()))
                : Optional.empty();
    }

    /**
     * Opens what is seen from outside, in the calling thread's network namespace.
     *
     * @throws IOException if the report or the admin endpoint cannot be opened
     */
    static RuleSession open(RuleOptions options, Attacher attacher, ReportOutput output) throws IOException {
        return new RuleSession(options, attacher, output);
    }

    private Admin openAdmin(InetSocketAddress address) throws IOException {
        NettyStart.prepare();
        EventLoopGroup loops = Transport.NIO.newGroup(1, "tidewait-admin-loop");
        try {
            AdminServer server = AdminServer.start(
                    loops,
                    Transport.NIO.serverChannel(),
                    address,
                    false,
                    Map.of(
                            "/healthz", new HealthPage(this::isAttached),
                            "/metrics", new MetricsPage(new HookMetricFamilies(this::report)),
                            "/ports", new HookPortsPage(this::report),
                            "/table", new HookTablePage(this::report)),
                    Map.of());
            return new Admin(server, loops);
        } catch (IOException e) {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** Where the admin endpoint listens; empty if it was not asked for. */
    Optional<InetSocketAddress> adminAddress() {
        return admin.map(one -> one.server().address());
    }

    /** Decides how the rule is to be applied in the calling thread's network namespace, which is the one from now on. */
    synchronized RulePlan plan() throws RuleException {
        RulePlan made = RulePlan.make(options);
        plan = Optional.of(made);
        return made;
    }

    /** Applies the rule to a cgroup, and to no other one from now on. What an attachment to another one has learned is kept. */
    synchronized void attach(Cgroup cgroup) throws RuleException {
        RulePlan made = plan.orElseThrow();
        try {
            if (attached.isPresent()) {
                attached.get().attachment().moveTo(cgroup.path());
                attached = Optional.of(attached.get().on(cgroup));
            } else {
                attached = Optional.of(new Attached(
                        attacher.attach(cgroup.path(), made.settings(), options.force()),
                        cgroup,
                        System.nanoTime(),
                        false));
            }
        } catch (HookException e) {
            throw new RuleException(String.valueOf(e.getMessage()));
        }
    }

    /** Writes the report, as the cgroup is gone; what was learned waits for {@link #attach} to the next one. */
    synchronized void awaitNext() {
        writeReport();
        attached = attached.map(Attached::thatWaits);
    }

    /** Ends the attachment, and writes the report unless {@link #awaitNext} just did; nothing if it is not attached. */
    synchronized void detach() {
        if (attached.isEmpty()) {
            return;
        }
        Attached ending = attached.get();
        try {
            last = report();
        } finally {
            attached = Optional.empty();
            ending.attachment().close();
        }
        if (!ending.waiting()) {
            output.write(last);
        }
    }

    /** What was counted: now, or until the end of the last attachment. */
    synchronized HookReport report() {
        return attached.map(now -> new HookReport(
                        now.attachment().snapshot(),
                        now.cgroup().toString(),
                        plan.orElseThrow().settings().ports(),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - now.sinceNanos())))
                .orElse(last);
    }

    /** Writes a report now. */
    void writeReport() {
        output.write(report());
    }

    private synchronized boolean isAttached() {
        return attached.isPresent() && !attached.get().waiting();
    }

    @Override
    public void close() {
        detach();
        admin.ifPresent(one -> {
            one.server().close();
            one.loops()
                    .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                    .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        });
    }
}
