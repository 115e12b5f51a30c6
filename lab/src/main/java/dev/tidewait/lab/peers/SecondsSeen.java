package dev.tidewait.lab.peers;

import dev.tidewait.lab.LoadSecond;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The seconds of a load as they come. Any thread. */
final class SecondsSeen implements Consumer<LoadSecond> {
    private final List<LoadSecond> seconds = new ArrayList<>(); // guarded by this

    @Override
    public synchronized void accept(LoadSecond second) {
        seconds.add(second);
    }

    /** Whole seconds of the load's time in which nothing was done. */
    synchronized int outages(Duration loadTime) {
        long before = 0;
        int outages = 0;
        for (LoadSecond second : seconds) {
            if (second.second() <= loadTime.toSeconds() && second.done() == before) {
                outages++;
            }
            before = second.done();
        }
        return outages;
    }

    /** Failures after a moment of the load's time. */
    synchronized long failedAfter(double second, long failedAtEnd) {
        return failedAtEnd
                - seconds.stream()
                        .filter(seen -> seen.second() <= second)
                        .mapToLong(LoadSecond::failed)
                        .max()
                        .orElse(0);
    }
}
