package dev.tidewait.ports.bench;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * One benchmark's result as it is printed. Immutable.
 *
 * @param name class, method and parameters
 * @param nanos mean time of an operation
 * @param spread of the iterations
 * @param bytes allocated by an operation
 */
record BenchLine(String name, String nanos, String spread, String bytes) {
    static final String TITLE = "benchmark";

    private static final String BYTES_PER_OPERATION = "gc.alloc.rate.norm";

    static BenchLine of(RunResult result) {
        BenchmarkParams params = result.getParams();
        String[] path = params.getBenchmark().split("\\.");
        String parameters = params.getParamsKeys().stream()
                .map(key -> " " + key + "=" + params.getParam(key))
                .collect(Collectors.joining());
        Statistics times = result.getPrimaryResult().getStatistics();
        return new BenchLine(
                path[path.length - 2].replaceFirst("Benchmark$", "") + "." + path[path.length - 1] + parameters,
                tenths(times.getMean()),
                tenths(times.getMin()) + " – " + tenths(times.getMax()),
                bytes(result.getSecondaryResults()));
    }

    /** To a tenth: less is the benchmark's own, spread over millions of operations. */
    @SuppressWarnings("rawtypes") // JMH's
    private static String bytes(Map<String, Result> secondary) {
        Result result = secondary.get(BYTES_PER_OPERATION);
        if (result == null) {
            return "?";
        }
        String text = tenths(result.getScore());
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String tenths(double figure) {
        return String.format(Locale.ROOT, "%.1f", figure);
    }
}
