package dev.tidewait.lab.race;

import dev.tidewait.lab.LabException;
import java.time.Duration;
import java.util.Map;

/**
 * The time in which a load is measured: from when this is made to the end of the load's last whole second, so that what ends late, and whoever
 * adds up, is not in it. Any thread.
 */
final class MeasuredTime {
    private final ResourceMeter meter;
    private final long seconds;
    private final Usage before;
    private Usage used = new Usage(0, 0, 0, 0); // guarded by this
    private double residentMiB; // guarded by this
    private double done; // guarded by this
    private boolean isOver; // guarded by this

    private MeasuredTime(ResourceMeter meter, Duration loadTime) {
        this.meter = meter;
        this.seconds = loadTime.toSeconds();
        this.before = meter.now();
    }

    /** Begins now; the load is to start next. */
    static MeasuredTime start(ResourceMeter meter, Duration loadTime) {
        return new MeasuredTime(meter, loadTime);
    }

    /**
     * One more second of the load.
     *
     * @param second from 1
     * @param doneSoFar transactions
     */
    synchronized void onSecond(long second, double doneSoFar) {
        if (second == seconds) {
            used = meter.now().since(before);
            residentMiB = meter.residentMiB();
            done = doneSoFar;
            isOver = true;
        }
    }

    /** Transactions that were done in it. */
    synchronized double done() {
        return done;
    }

    /**
     * Adds the figures of a load of any kind; those for each transaction only if there were any.
     *
     * @throws LabException if the load did not last so long
     */
    synchronized void addTo(Map<Figure, Double> figures) {
        if (!isOver) {
            throw new LabException("the load ended before its time of " + seconds + " s");
        }
        figures.put(Figure.PER_SECOND, done / seconds);
        figures.put(Figure.RESIDENT_MIB, residentMiB);
        if (done > 0) {
            figures.put(Figure.MACHINE_MICROS, used.machineMicros() / done);
            figures.put(Figure.USER_MICROS, used.userMicros() / done);
            figures.put(Figure.SYSTEM_MICROS, used.systemMicros() / done);
            figures.put(Figure.SWITCHES, used.switches() / done);
        }
    }
}
