package dev.tidewait.doctor.census;

import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.Sysctl;
import java.util.OptionalLong;

/** How full tcp_max_tw_buckets is, and when it is full. Owned by one thread, used once. */
final class BucketForecast {
    private final Look look;
    private final BucketFlow flow;
    private final Forecast forecast;
    private final TimeWaitTimer timer;

    BucketForecast(Look look, BucketFlow flow, Forecast forecast, TimeWaitTimer timer) {
        this.look = look;
        this.flow = flow;
        this.forecast = forecast;
        this.timer = timer;
    }

    BucketUse use(CensusNotes notes) {
        OptionalLong max = maxBuckets(notes);
        TimeWaitAges ages = look.ages.ages();
        Trend trend = flow.net();
        long count = look.counters.timeWaitCount();
        return new BucketUse(
                count,
                max,
                look.outgoing.counts().timeWait(),
                look.incoming.counts().timeWait(),
                trend.perSecondNow(),
                max.isPresent()
                        ? exhaustion(max.getAsLong(), count, ages, trend)
                        : new Exhaustion.NotForeseen((int) count));
    }

    private Exhaustion exhaustion(long max, long count, TimeWaitAges ages, Trend trend) {
        // FIN_WAIT2 sockets without process count too; they are taken to stay as many as they are.
        long withoutProcess = Math.max(0, count - ages.total());
        Demand demand = new Demand(0, trend.perSecondNow(), trend.slope(), 0, 1);
        return forecast.exhaustion((double) max - withoutProcess, demand, ages, 1, timer.longestSeconds());
    }

    private static OptionalLong maxBuckets(CensusNotes notes) {
        try {
            return Sysctl.readIfPresent("net.ipv4.tcp_max_tw_buckets");
        } catch (LinuxException e) {
            notes.addMaxBucketsUnreadable(e);
            return OptionalLong.empty();
        }
    }
}
