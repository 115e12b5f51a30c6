package dev.tidewait.ports;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the rule says about one destination, as plainly as it can be written: a map from four-tuple to place, time and floor, searched
 * from end to end. Every answer of the ledgers is held against it.
 */
final class PoolModel {
    static final long KERNEL_MILLIS = 63_750;
    private static final long STRICT_MILLIS = 600_000;

    final Destination destination;
    final Deque<TestWaiter> line = new ArrayDeque<>();
    private DestinationPolicy policy;
    private TimeWaitRule rule;
    private final boolean mayDestroy;
    private final int stripes;
    private final Map<Integer, ModelPort> ports = new HashMap<>();
    private final List<Long> classes = new ArrayList<>();
    private long secondFloor;
    private long silenceMillis = Long.MIN_VALUE / 2;
    private long strictSince = Long.MIN_VALUE / 2;
    private long reuses;
    private int validations;
    private long youngest = Long.MAX_VALUE;

    PoolModel(Destination destination, DestinationPolicy policy, boolean mayDestroy, int stripes, int stripedFrom) {
        this.destination = destination;
        this.policy = policy;
        this.mayDestroy = mayDestroy;
        this.rule = new TimeWaitRule(policy.floors(), mayDestroy);
        int most = policy.sources().stream()
                .mapToInt(source -> source.order().size())
                .max()
                .orElse(0);
        this.stripes = most < stripedFrom ? 1 : stripes;
        for (int i = 0; i < policy.sources().size(); i++) {
            Source source = policy.sources().get(i);
            int offset = source.order().offset(source.address(), destination);
            for (int port : source.order().ports().toArray()) {
                int place = Math.floorMod(
                        source.order().positionOf(port) - offset, source.order().size());
                ports.put(i << 16 | port, new ModelPort(i, port, place % this.stripes));
            }
        }
        classify();
    }

    private void classify() {
        FloorClasses rounded = new FloorClasses(policy.floors());
        classes.clear();
        check(rounded.count() <= 8, "more than eight classes");
        long second = 0;
        for (int i = 0; i < rounded.count(); i++) {
            if (rounded.isSecondChoice(i)) {
                second = rounded.floorMillis(i);
            } else {
                classes.add(rounded.floorMillis(i));
            }
        }
        secondFloor = second;
    }

    /** Other floors apply; what cools keeps its own, rounded up again. */
    void regulated(Floors floors) {
        if (floors.equals(policy.floors())) {
            return;
        }
        policy = new DestinationPolicy(floors, policy.sources());
        rule = new TimeWaitRule(floors, mayDestroy);
        classify();
        for (ModelPort port : ports.values()) {
            if (port.cools()) {
                boolean second = port.place == ModelPort.Place.SECOND_CHOICE && port.floorMillis <= secondFloor;
                long kept = port.floorMillis;
                port.place = second ? ModelPort.Place.SECOND_CHOICE : ModelPort.Place.COOLING;
                port.floorMillis = second ? secondFloor : classOf(kept);
                port.sinceMillis += Math.max(0, kept - port.floorMillis);
            } else if (port.place == ModelPort.Place.LEASED && port.before == ModelPort.Place.SECOND_CHOICE) {
                port.floorMillis = secondFloor;
            } else if (port.place == ModelPort.Place.LEASED && port.before == ModelPort.Place.COOLING) {
                port.floorMillis = classes.getFirst();
            }
        }
    }

    private long classOf(long floor) {
        return classes.stream().filter(each -> each >= floor).findFirst().orElse(classes.getLast());
    }

    static void check(boolean holds, String what, Object... about) {
        if (!holds) {
            throw new AssertionError(what + Arrays.toString(about));
        }
    }

    static void checkEqual(Object actual, Object expected, String what, Object... about) {
        if (!actual.equals(expected)) {
            throw new AssertionError(what + Arrays.toString(about) + " is " + actual + ", expected " + expected);
        }
    }

    // ---- the rule ----

    private long lookAgainMillis() {
        return policy.floors().unknownMillis();
    }

    boolean isStrict(long now) {
        return now - strictSince < STRICT_MILLIS;
    }

    /** When {@code port} may be leased at the earliest, listening or not. */
    private long readyMillis(ModelPort port, long now) {
        return switch (port.place) {
            case UNUSED -> Long.MIN_VALUE;
            case LEASED -> Long.MAX_VALUE;
            case ASIDE -> port.sinceMillis + lookAgainMillis();
            case COOLING, SECOND_CHOICE -> {
                long unknown = policy.floors().unknownMillis();
                long ready = port.sinceMillis + port.floorMillis;
                boolean trouble = now - strictSince < unknown;
                yield trouble ? Math.max(ready, Math.min(port.sinceMillis, strictSince) + unknown) : ready;
            }
        };
    }

    private List<ModelPort> takeable(PortSet blocked, long now) {
        return ports.values().stream()
                .filter(port -> !blocked.contains(port.port) && readyMillis(port, now) <= now)
                .toList();
    }

    private ModelPort find(IpAddress source, int port) {
        for (int i = 0; i < policy.sources().size(); i++) {
            ModelPort known = ports.get(i << 16 | port);
            if (known != null && policy.sources().get(i).address().equals(source)) {
                return known;
            }
        }
        throw new AssertionError("unknown port " + source + ":" + port);
    }

    // ---- leasing ----

    void leased(Lease lease, PortSet blocked, int wantedStripe, long now) {
        ModelPort port = find(lease.source(), lease.sourcePort());
        check(port.place != ModelPort.Place.LEASED, "leased twice ", port);
        check(!blocked.contains(port.port), "leased although somebody listens ", port);
        check(now >= port.notBeforeMillis, "leased below its floor ", port, port.notBeforeMillis);
        check(readyMillis(port, now) <= now, "leased too early ", port);
        List<ModelPort> takeable = takeable(blocked, now);
        new StripeChoiceModel(takeable, stripes, asNewMillis(), now).checkChoice(port, wantedStripe % stripes);
        List<ModelPort> sameStripe =
                takeable.stream().filter(other -> other.stripe == port.stripe).toList();
        checkBest(port, sameStripe, blocked, now);
        checkLease(lease, port, now);
        port.before = port.place;
        port.place = ModelPort.Place.LEASED;
    }

    private void checkBest(ModelPort port, List<ModelPort> candidates, PortSet blocked, long now) {
        if (candidates.stream().anyMatch(other -> other.place == ModelPort.Place.UNUSED)) {
            checkEqual(port.place, ModelPort.Place.UNUSED, "a port never used comes first; the place");
            if (blocked.isEmpty()) {
                for (ModelPort other : candidates) {
                    long here = candidates.stream()
                            .filter(some -> some.source == port.source)
                            .count();
                    long there = candidates.stream()
                            .filter(some -> some.source == other.source)
                            .count();
                    check(
                            other.place != ModelPort.Place.UNUSED || here >= there,
                            "not the source with most headroom ",
                            port);
                }
            }
            return;
        }
        List<ModelPort> cooling = candidates.stream().filter(ModelPort::cools).toList();
        check(port.cools() || cooling.isEmpty(), "a cooling port comes before one set aside ", port);
        for (ModelPort other : port.cools() ? cooling : List.<ModelPort>of()) {
            check(
                    !port.isSecondChoice(now) || other.isSecondChoice(now),
                    "a second choice before a first one ",
                    port,
                    other);
            boolean sameRank = port.isSecondChoice(now) == other.isSecondChoice(now);
            check(!sameRank || port.sinceMillis <= other.sinceMillis, "not the oldest, but the other ", port, other);
        }
        for (ModelPort other : port.place == ModelPort.Place.ASIDE ? candidates : List.<ModelPort>of()) {
            check(
                    other.source != port.source || port.sinceMillis <= other.sinceMillis,
                    "not the first to be set aside, but the other ",
                    port,
                    other);
        }
    }

    private void checkLease(Lease lease, ModelPort port, long now) {
        long age = now - port.sinceMillis;
        Preparation expected = Preparation.LOOK_UP;
        if (port.cools() && port.state != KernelState.UNKNOWN) {
            boolean destroy = port.state == KernelState.BLOCKING && age < KERNEL_MILLIS;
            expected = destroy ? Preparation.DESTROY : Preparation.NONE;
            if (destroy) {
                check(mayDestroy && port.cookie != 0, "destroy without right or cookie ", port);
                checkEqual(lease.cookie(), port.cookie, "cookie");
            }
        }
        checkEqual(lease.preparation(), expected, "preparation of ", port);
        checkEqual(lease.maySteal(), port.cools() && port.state == KernelState.STEALABLE, "may steal");
        checkEqual(lease.isReuse(), port.used, "reuse");
        checkEqual(lease.leasedMillis(), now, "leased at");
        checkEqual(lease.ageMillis(), port.used ? age : -1L, "age");
        if (port.used) {
            check(lease.ageMillis() <= now - port.reuseMillis, "age overstated ", port);
            reuses++;
            youngest = Math.min(youngest, lease.ageMillis());
        }
    }

    void released(Lease lease, Ending ending, long now) {
        ModelPort port = find(lease.source(), lease.sourcePort());
        long floor = isStrict(now) ? rule.strictFloorMillis(ending) : rule.floorMillis(ending);
        boolean second = isStrict(now) ? rule.isStrictSecondChoice(ending) : rule.isSecondChoice(ending);
        cool(port, rule.kernelState(ending), floor, second, now);
        port.cookie = ending.cookie();
    }

    private void cool(ModelPort port, KernelState state, long floor, boolean second, long released) {
        port.used = true;
        port.state = state;
        port.cookie = 0;
        port.sinceMillis = released;
        port.reuseMillis = released;
        port.notBeforeMillis = released + floor;
        if (state == KernelState.UNKNOWN && floor <= lookAgainMillis()) {
            port.place = ModelPort.Place.ASIDE;
        } else if (second && floor <= secondFloor) {
            port.place = ModelPort.Place.SECOND_CHOICE;
            port.floorMillis = secondFloor;
        } else {
            port.place = ModelPort.Place.COOLING;
            port.floorMillis =
                    classes.stream().filter(each -> each >= floor).findFirst().orElseThrow();
        }
    }

    void setAside(Lease lease, long now) {
        ModelPort port = find(lease.source(), lease.sourcePort());
        port.place = ModelPort.Place.ASIDE;
        port.state = KernelState.UNKNOWN;
        port.sinceMillis = now;
    }

    void putBack(Lease lease) {
        ModelPort port = find(lease.source(), lease.sourcePort());
        port.place = port.before == ModelPort.Place.UNUSED ? ModelPort.Place.ASIDE : port.before;
        if (port.before == ModelPort.Place.UNUSED) {
            // It may be leased at once; since when is not said.
            port.inexact = true;
            port.sinceMillis = Long.MIN_VALUE / 2;
        }
    }

    void seeded(IpAddress source, int number, boolean accepted, KernelState state, long floor, long released) {
        ModelPort port = find(source, number);
        checkEqual(accepted, port.place == ModelPort.Place.UNUSED, "seeding ", port);
        if (accepted) {
            long kept = state == KernelState.BLOCKING ? Math.max(floor, KERNEL_MILLIS) : floor;
            cool(port, state, kept, false, released);
            // Entered after others, it may have to wait longer.
            port.inexact = true;
        }
    }

    boolean isLeasable(PortSet blocked, long now) {
        return !takeable(blocked, now).isEmpty();
    }

    // ---- waiting ----

    /** The moment that {@link MustWait} and serve() must name. */
    void checkNext(long next, PortSet blocked, long now) {
        long exact = ports.values().stream()
                .filter(port -> !blocked.contains(port.port))
                .mapToLong(port -> readyMillis(port, now))
                .min()
                .orElse(Long.MAX_VALUE);
        if (exact <= now) {
            check(next <= now, "a port may be leased now, but the next moment is later ", next);
        } else if (blocked.isEmpty()) {
            check(next == exact, "the next moment and the exact one ", next, exact);
        } else {
            check(next <= exact, "the next moment is later than the exact one ", next, exact);
        }
    }

    boolean silent(long now) {
        boolean second = now - silenceMillis <= 60_000;
        silenceMillis = now;
        boolean becomes = second && !isStrict(now);
        strictSince = becomes ? now : strictSince;
        return becomes;
    }

    // ---- relief ----

    /** When each four-tuple that may be destroyed was released. */
    Map<FourTuple, Long> relief(long now) {
        Map<FourTuple, Long> may = new HashMap<>();
        for (ModelPort port : ports.values()) {
            if (mayRelieve(port, now)) {
                IpAddress source = policy.sources().get(port.source).address();
                may.put(new FourTuple(source, port.port, destination), port.sinceMillis);
            }
        }
        return may;
    }

    void relieved(FourTuple tuple) {
        find(tuple.source(), tuple.sourcePort()).state = KernelState.NOTHING;
    }

    private boolean mayRelieve(ModelPort port, long now) {
        long age = now - port.sinceMillis;
        return mayDestroy
                && port.cools()
                && (port.state == KernelState.STEALABLE || port.state == KernelState.BLOCKING)
                && age >= port.floorMillis
                && age < KERNEL_MILLIS;
    }

    // ---- the whole ----

    private long asNewMillis() {
        return Math.max(KERNEL_MILLIS, policy.floors().ceilingMillis() * 17 / 16);
    }

    boolean isGone(long now) {
        long asNew = asNewMillis();
        return line.isEmpty()
                && !isStrict(now)
                && ports.values().stream().allMatch(port -> switch (port.place) {
                    case UNUSED -> true;
                    case LEASED -> false;
                    case ASIDE -> now - port.sinceMillis >= asNew;
                    case COOLING, SECOND_CHOICE -> now - port.sinceMillis >= Math.max(asNew, port.floorMillis);
                });
    }

    /** Every port is where the model has it, and in exactly one place. */
    void validate(PortLedgers ledgers, PortSet blocked, long now) {
        validations++;
        ledgers.visit(destination, (source, number, place, state, since, floor) -> {
            ModelPort port = find(source, number);
            check(port.seen != validations, "in two places ", port);
            port.seen = validations;
            boolean asideNow = place == PortVisitor.Place.ASIDE && since == now;
            if (asideNow && blocked.contains(number) && readyMillis(port, now) <= now) {
                // Somebody listens there: its turn came and was passed over.
                port.place = ModelPort.Place.ASIDE;
                port.sinceMillis = now;
                port.inexact = false;
                port.state = KernelState.UNKNOWN;
            }
            check(isSame(place, port.place), "not in its place ", port, place);
            if (port.place == ModelPort.Place.UNUSED) {
                return;
            }
            if (port.inexact) {
                check(since >= port.sinceMillis, "made older ", port);
                check(port.cools() || port.used || since + lookAgainMillis() <= now, "put back, but not ready ", port);
                port.sinceMillis = since;
                port.inexact = false;
            }
            checkEqual(since, port.sinceMillis, "time of ", port);
            if (port.cools()) {
                checkEqual(state, port.state, "state of ", port);
                checkEqual(floor, port.floorMillis, "floor class of ", port);
            }
        });
        for (ModelPort port : ports.values()) {
            check((port.seen == validations) != (port.place == ModelPort.Place.LEASED), "lost or in two places ", port);
        }
    }

    void validate(PoolSnapshot snapshot, PortSet blocked, long now) {
        checkEqual(snapshot.waiting(), line.size(), "waiting");
        checkEqual(snapshot.sequenceStrict(), isStrict(now), "sequence-strict");
        checkEqual(snapshot.ageAtReuse().count(), reuses, "reuses");
        checkEqual(snapshot.ageAtReuse().minMillis(), reuses == 0 ? 0L : youngest, "youngest age at reuse");
        for (int i = 0; i < policy.sources().size(); i++) {
            SourceSnapshot one = snapshot.sources().get(i);
            int source = i;
            List<ModelPort> own = ports.values().stream()
                    .filter(port -> port.source == source)
                    .toList();
            checkEqual(one.usable(), own.size(), "usable");
            checkEqual(one.leased(), count(own, ModelPort.Place.LEASED), "leased");
            checkEqual(one.unused(), count(own, ModelPort.Place.UNUSED), "unused");
            checkEqual(one.aside(), count(own, ModelPort.Place.ASIDE), "aside");
            checkEqual(
                    one.cooling(),
                    count(own, ModelPort.Place.COOLING) + count(own, ModelPort.Place.SECOND_CHOICE),
                    "cooling");
            int ready = (int) own.stream()
                    .filter(port -> readyMillis(port, now) <= now && !blocked.contains(port.port))
                    .count();
            check(
                    one.headroom() >= ready && one.headroom() <= ready + blocked.size(),
                    "headroom, and as counted ",
                    one.headroom(),
                    ready);
            int timeWait = (int) own.stream()
                    .filter(port -> port.cools() && now - port.sinceMillis < 61_000)
                    .filter(port -> port.state == KernelState.STEALABLE || port.state == KernelState.BLOCKING)
                    .count();
            checkEqual(one.timeWait(), timeWait, "believed TIME_WAIT");
        }
    }

    private static boolean isSame(PortVisitor.Place one, ModelPort.Place other) {
        return switch (one) {
            case UNUSED -> other == ModelPort.Place.UNUSED;
            case COOLING -> other == ModelPort.Place.COOLING;
            case SECOND_CHOICE -> other == ModelPort.Place.SECOND_CHOICE;
            case ASIDE -> other == ModelPort.Place.ASIDE;
        };
    }

    private static int count(List<ModelPort> ports, ModelPort.Place place) {
        return (int) ports.stream().filter(port -> port.place == place).count();
    }
}
