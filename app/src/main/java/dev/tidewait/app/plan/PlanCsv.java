package dev.tidewait.app.plan;

import dev.tidewait.doctor.plan.Capacity;
import dev.tidewait.doctor.plan.KernelMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The table of the plan for spreadsheets: a line of names, then one for each length of TIME_WAIT. Whole numbers only, so nothing is quoted. No state. */
public final class PlanCsv {
    private static final String NAMES =
            "time_wait_ms,ports,sources,destinations,hold_ms,requests_per_connection,connections_per_second,"
                    + "requests_per_second,time_wait_sockets,kernel_bytes";

    private PlanCsv() {}

    public static List<String> lines(Plan plan) {
        List<String> lines = new ArrayList<>(List.of(NAMES));
        plan.compared().forEach(row -> lines.add(line(row, plan.inputs().isLinux())));
        return lines;
    }

    private static String line(Capacity row, boolean isLinux) {
        String bytes = isLinux
                ? Long.toString(KernelMemory.of(row.timeWaitSockets(), row).bytes())
                : "";
        return LongStream.of(
                                row.timeWaitMillis(),
                                row.portCount(),
                                row.sourceCount(),
                                row.destinationCount(),
                                row.holdMillis(),
                                row.requestsPerConnection(),
                                row.connectionsPerSecond(),
                                row.requestsPerSecond(),
                                row.timeWaitSockets())
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(","))
                + "," + bytes;
    }
}
