package dev.tidewait.lab.reload;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.ProxyUnderTest;

/**
 * How often the proxy's configuration was read again, by its metrics. Immutable.
 *
 * @param applied 1 since the start, one more with each reload that applied
 * @param refused reloads that were refused
 */
record Generation(long applied, long refused) {
    static Generation of(ProxyUnderTest proxy) {
        String page = proxy.admin("/metrics");
        return new Generation(
                value(page, "tidewait_configuration_generation"), value(page, "tidewait_reloads_refused_total"));
    }

    private static long value(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElseThrow(() -> new LabException("the proxy's metrics have no " + name));
    }

    /** After one more reload. */
    Generation plus(boolean isApplied) {
        return new Generation(applied + (isApplied ? 1 : 0), refused + (isApplied ? 0 : 1));
    }
}
