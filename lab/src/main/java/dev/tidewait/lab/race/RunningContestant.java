package dev.tidewait.lab.race;

import dev.tidewait.lab.Topology;
import dev.tidewait.lab.product.TidewaitProgram;
import dev.tidewait.lab.product.TidewaitRun;
import dev.tidewait.lab.program.PeerProgram;
import dev.tidewait.lab.program.RunningPeer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A contestant in the proxy's namespace, told what it needs for its work. Used by one thread; close it once. */
final class RunningContestant implements AutoCloseable {
    /** All that the narrowed range of the kernel leaves. */
    private static final String ALL_PORTS = "1024-63999";

    private static final String BLOCK = "1024-11023";

    private final RunningPeer peer;
    private final Optional<TidewaitRun> run;

    private RunningContestant(RunningPeer peer, Optional<TidewaitRun> run) {
        this.peer = peer;
        this.run = run;
    }

    /** Starts it and waits until clients can connect. */
    static RunningContestant start(RaceCell cell, Topology topology) {
        if (cell.contestant() != Contestant.NGINX_RUN) {
            return new RunningContestant(
                    RunningPeer.start(
                            topology, cell.contestant().toString(), folder -> command(cell, topology, folder)),
                    Optional.empty());
        }
        TidewaitRun run = TidewaitRun.withPorts(ports(cell.work()));
        try {
            return new RunningContestant(
                    RunningPeer.start(
                            topology,
                            cell.contestant().toString(),
                            folder -> run.around(command(cell, topology, folder))),
                    Optional.of(run));
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
    }

    private static String ports(Work work) {
        return WarmUpPlace.isNeeded(work) ? BLOCK : ALL_PORTS;
    }

    private static List<String> command(RaceCell cell, Topology topology, Path folder) throws IOException {
        Work work = cell.work();
        return switch (cell.contestant()) {
            case TIDEWAIT -> {
                List<String> arguments = List.of(
                        "proxy",
                        "-c",
                        RunningPeer.write(folder, TidewaitConfiguration.of(work, topology, ports(work)))
                                .toString());
                yield work == Work.START ? TidewaitProgram.launched(arguments) : TidewaitProgram.delivered(arguments);
            }
            case HAPROXY_EXPLICIT ->
                PeerProgram.HAPROXY.command(
                        RunningPeer.write(folder, HaproxyConfiguration.of(work, topology, ports(work))));
            case HAPROXY, HAPROXY_TW_REUSE ->
                PeerProgram.HAPROXY.command(RunningPeer.write(folder, HaproxyConfiguration.of(work, topology, "")));
            case NGINX, NGINX_TW_REUSE, NGINX_RUN ->
                PeerProgram.NGINX_STREAM.command(
                        RunningPeer.write(folder, NginxConfiguration.of(work, topology, folder)));
            case SQUID ->
                PeerProgram.SQUID.command(RunningPeer.write(folder, SquidConfiguration.of(work, topology, folder)));
            case VERTX -> VertxProxy.command(topology, work.passage() == Passage.HTTP_KEPT);
        };
    }

    /** What was started, with all its children. */
    ProcessHandle program() {
        return peer.program();
    }

    Duration startUp() {
        return peer.startUp();
    }

    void requireAlive() {
        peer.requireAlive();
    }

    @Override
    public void close() {
        try {
            peer.close();
        } finally {
            run.ifPresent(TidewaitRun::close);
        }
    }
}
