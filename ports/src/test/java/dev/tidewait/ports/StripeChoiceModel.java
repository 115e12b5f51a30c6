package dev.tidewait.ports;

import static dev.tidewait.ports.PoolModel.check;

import java.util.List;
import java.util.function.Predicate;

/** What is promised about the stripes of a pool when one lease comes after the other; {@link PoolModel} looks at each stripe for itself. */
final class StripeChoiceModel {
    private final List<ModelPort> takeable;
    private final int stripes;
    private final long asNewMillis;
    private final long now;

    /** @param takeable of all stripes */
    StripeChoiceModel(List<ModelPort> takeable, int stripes, long asNewMillis, long now) {
        this.takeable = takeable;
        this.stripes = stripes;
        this.asNewMillis = asNewMillis;
        this.now = now;
    }

    private void checkNone(Predicate<ModelPort> which, String what, ModelPort leased) {
        takeable.stream().filter(which).findAny().ifPresent(other -> check(false, what, leased, " and not ", other));
    }

    private boolean isUnused(ModelPort port) {
        return port.place == ModelPort.Place.UNUSED;
    }

    private boolean isFirst(ModelPort port) {
        return port.isFirstChoice(now);
    }

    private boolean isAsNew(ModelPort port) {
        return isFirst(port) && now - port.sinceMillis >= asNewMillis;
    }

    /** @param own stripe of the caller */
    void checkChoice(ModelPort leased, int own) {
        boolean atHome = leased.stripe == own;
        Predicate<ModelPort> elsewhere = other -> other.stripe != leased.stripe;
        Predicate<ModelPort> atOwn = other -> other.stripe == own;
        if (!atHome) {
            checkNone(atOwn.and(this::isUnused), "borrowed although one at home was never used: ", leased);
            checkNone(atOwn.and(this::isAsNew), "borrowed although one at home is as good as new: ", leased);
        }
        if (isFirst(leased)) {
            checkFirstChoice(leased, atHome, elsewhere);
        } else if (!isUnused(leased)) {
            checkNone(this::isUnused, "taken before one never used: ", leased);
            checkNone(this::isFirst, "taken before a first choice: ", leased);
            for (int stripe = own; stripe != leased.stripe; stripe = (stripe + 1) % stripes) {
                int passed = stripe;
                checkNone(other -> other.stripe == passed, "left over in a stripe that comes before: ", leased);
            }
        }
    }

    private void checkFirstChoice(ModelPort leased, boolean atHome, Predicate<ModelPort> elsewhere) {
        if (atHome && isAsNew(leased)) {
            return;
        }
        checkNone(elsewhere.and(this::isUnused), "reused before one never used: ", leased);
        checkNone(
                elsewhere
                        .and(this::isFirst)
                        .and(other -> leased.sinceMillis - other.sinceMillis > (atHome ? slackMillis(other) : 0)),
                "not the oldest of all stripes: ",
                leased);
    }

    private long slackMillis(ModelPort older) {
        return Math.max(16, (now - older.sinceMillis) / 64);
    }
}
