package dev.tidewait.lab.product;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code tidewait run} counted of a program's connects. Immutable.
 *
 * @param chosen got a port of Tidewait's
 * @param kernelChose there was no port of Tidewait's for it: the kernel chose, or it was refused
 * @param leftAlone the first one to a destination, and those that are none of Tidewait's business
 * @param youngestMillis age of the youngest port at reuse; 0 if none was reused
 * @param noPort why there was no port, by the report's names of reasons; only those that came up
 */
public record HookCount(long chosen, long kernelChose, long leftAlone, long youngestMillis, Map<String, Long> noPort) {
    public HookCount {
        noPort = Collections.unmodifiableMap(new LinkedHashMap<>(noPort)); // in the report's order
    }

    public long all() {
        return chosen + kernelChose + leftAlone;
    }

    public double chosenShare() {
        return all() == 0 ? 0 : chosen / (double) all();
    }

    public double kernelShare() {
        return all() == 0 ? 0 : kernelChose / (double) all();
    }
}
