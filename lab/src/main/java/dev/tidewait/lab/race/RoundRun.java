package dev.tidewait.lab.race;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.TopologyPlan;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Measures one round of a cell in namespaces of its own. Used by one thread. */
final class RoundRun {
    /** The kernel's usual one, for those who do not choose. */
    private static final String USUAL_AUTOMATIC_PORTS = "32768 60999";

    private final RaceCell cell;
    private final RacePlan plan;
    private final RaceResults soFar;

    /** @param soFar the contestant's own (a) must be in there where the work needs it */
    RoundRun(RaceCell cell, RacePlan plan, RaceResults soFar) {
        this.cell = cell;
        this.plan = plan;
        this.soFar = soFar;
    }

    /**
     * What one kind of work gives. Immutable.
     *
     * @param done as {@link Round} has it
     * @param failed as {@link Round} has it
     * @param causes as {@link Round} has it
     */
    record Measured(long done, long failed, String causes, Map<Figure, Double> figures) {
        Measured {
            figures = Map.copyOf(figures);
        }

        /** What an open loop could not even start has failed too. */
        static Measured of(LoadReport report, Map<Figure, Double> figures) {
            Map<String, Long> causes = new TreeMap<>(report.failures());
            if (report.notStarted() > 0) {
                causes.put("not_started", report.notStarted());
            }
            return new Measured(report.done(), report.failed() + report.notStarted(), causes.toString(), figures);
        }
    }

    /**
     * Measures it.
     *
     * @param number of the round, from 1
     * @throws LabException if it cannot be measured; says which
     */
    Round run(int number) {
        long begin = System.nanoTime();
        try (Topology topology = Topology.proxied(bed())) {
            if (cell.contestant().setsTwReuse()) {
                topology.proxy().sysctl("net.ipv4.tcp_tw_reuse", "1");
            }
            Measured measured = measure(topology);
            return new Round(
                    cell,
                    number,
                    measured.done,
                    measured.failed,
                    measured.causes,
                    measured.figures,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        } catch (LabException e) {
            throw new LabException("round " + number + " of " + cell + ": " + e.getMessage(), e);
        }
    }

    private TopologyPlan bed() {
        TopologyPlan bed = TopologyPlan.STANDARD
                .withTimestamps(true, true, cell.work().hasTimestamps())
                .withProxySources(cell.work().sources());
        return cell.contestant().choosesPorts() ? bed : bed.withAutomaticPorts(USUAL_AUTOMATIC_PORTS);
    }

    private Measured measure(Topology topology) {
        return switch (cell.work()) {
            case NEW_CLIENT_FIRST,
                    NEW_SERVER_FIRST,
                    NEW_LONG,
                    HTTP_EACH,
                    HTTP_REUSED,
                    TUNNELS,
                    DESTINATIONS,
                    NO_TIMESTAMPS,
                    NO_TIMESTAMPS_TWO_SOURCES,
                    OPEN_HALF,
                    OPEN_MOST -> new LoadRound(cell, plan, topology).run(soFar);
            case CONNECT_EMPTY, CONNECT_COOLING -> new ConnectRound(cell, plan, topology).run();
            case BULK_ONE -> new BulkRound(cell, plan, topology, 1).run();
            case BULK_HUNDRED -> new BulkRound(cell, plan, topology, 100).run();
            case IDLE_TUNNELS -> new IdleRound(cell, topology).run();
            case START -> StartRound.run(cell, topology);
        };
    }
}
