package dev.tidewait.lab.reload;

import java.util.ArrayList;
import java.util.List;

/**
 * One reload of a run. Immutable.
 *
 * @param number from 1
 * @param before what applies before
 */
record Step(int number, ReloadKind kind, ReloadWay way, ConfigurationText before, Written written) {
    /** So many of them, whose last one brings back what was first: every kind in turn, by both ways. */
    static List<Step> steps(ConfigurationText first, int count) {
        List<ReloadKind> kinds = ReloadKind.inTurn();
        List<Step> steps = new ArrayList<>();
        ConfigurationText now = first;
        for (int number = 1; number <= count; number++) {
            ReloadKind kind = number == count ? ReloadKind.ALL_BACK : kinds.get((number - 1) % kinds.size());
            ReloadWay way = number % 2 == 0 ? ReloadWay.POST : ReloadWay.SIGHUP;
            Step step = new Step(number, kind, way, now, kind.write(now, number));
            steps.add(step);
            now = step.written.after();
        }
        return List.copyOf(steps);
    }
}
