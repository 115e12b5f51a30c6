package dev.tidewait.lab.floor;

import dev.tidewait.evidence.risk.DelayTail;
import dev.tidewait.evidence.risk.DelayTails;
import dev.tidewait.evidence.risk.Meeting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One combination of what can differ, and how large it is made. Immutable.
 *
 * @param tail how late copies are
 * @param setting what stands between a copy and harm
 * @param floor how long a port rests, whole milliseconds
 */
record FloorCell(DelayTail tail, Setting setting, Duration floor) {
    private static final double OPEN_SECONDS = 0.2;
    /** On a busy machine. */
    private static final double LONGEST_SECONDS = 0.3;
    /** About so long a cell lasts, or two rounds if that is longer. */
    private static final double RUN_SECONDS = 4;

    private static final int MOST_ROUNDS = 12;
    /** Copies that shall meet a later connection: enough for bounds of a tenth. */
    private static final double MET = 400;
    /** Of these one in 256 or so is within a window of 16 MB. */
    private static final double MET_UNRELATED = 1_600;
    /** Of all waiting copies, so that the link's queue of 65,536 has room. */
    private static final double MOST_WAITING = 30_000;

    private static final double MOST_MEAN = 1e7;
    /** Data and acknowledgements of one connection, both directions; only the number of copies depends on it. */
    private static final double SEGMENTS = 150;

    static List<FloorCell> of(List<DelayTail> tails, List<Setting> settings, List<Duration> floors) {
        List<FloorCell> cells = new ArrayList<>();
        for (Duration floor : floors) {
            for (DelayTail tail : tails) {
                for (Setting setting : settings) {
                    cells.add(new FloorCell(tail, setting, floor));
                }
            }
        }
        return cells;
    }

    static FloorCell named(String name) {
        String[] parts = name.split("/", -1);
        return new FloorCell(
                DelayTails.named(parts[0]),
                Setting.valueOf(parts[1].toUpperCase(Locale.ROOT)),
                Duration.ofMillis(Long.parseLong(parts[2])));
    }

    /** Tail, setting and the floor in milliseconds, joined by slashes. */
    String name() {
        return tail.name() + "/" + setting + "/" + floor.toMillis();
    }

    double floorSeconds() {
        return floor.toMillis() / 1e3;
    }

    /** Few where they come back at once, so that the machine is not what is measured. */
    int ports() {
        return floorSeconds() < 0.5 ? 15 : 31;
    }

    /** Connections on each port. */
    int rounds() {
        return Math.clamp(Math.round(RUN_SECONDS / (floorSeconds() + OPEN_SECONDS)), 2, MOST_ROUNDS);
    }

    /** Longest delay after which a copy can meet a connection of this run. */
    double mostSeconds() {
        return (rounds() - 1) * (floorSeconds() + LONGEST_SECONDS) + 2 * LONGEST_SECONDS;
    }

    /** Copies of each segment, on average. */
    double copiesOfEach() {
        double segments = ports() * rounds() * SEGMENTS;
        double meets = new Meeting(floorSeconds(), OPEN_SECONDS).probability(tail, (double) rounds());
        double wanted = (setting == Setting.UNRELATED ? MET_UNRELATED : MET) / (segments * Math.max(meets, 1e-12));
        double made = tail.beyond(floorSeconds()) - tail.beyond(mostSeconds());
        return Math.min(Math.min(wanted, MOST_MEAN), MOST_WAITING / (segments * Math.max(made, 1e-12)));
    }

    /** The tail as far as copies are made of it. */
    DelayTail madeTail() {
        return new CutTail(tail, floorSeconds(), mostSeconds());
    }

    Duration open() {
        return Duration.ofMillis(Math.round(OPEN_SECONDS * 1e3));
    }
}
