package dev.tidewait.ports;

import static dev.tidewait.ports.PoolModel.check;
import static dev.tidewait.ports.PoolModel.checkEqual;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Random operations on the ledgers, each checked against {@link PoolModel}, the whole structure validated after every one. A run is
 * determined by its seed; every step draws from a seed of its own, so that leading steps can be left out.
 */
final class RandomRun {
    private static final int STRIPED_FROM = 8;
    private static final int MOST_WAITING = 5;
    private static final long[] STEPS_MILLIS = {0, 0, 0, 1, 10, 200, 999, 1_000, 1_001, 2_000, 3_700, 5_000, 10_000};
    private static final long[] IDLE_MILLIS = {15_000, 30_000, 60_000, 62_000, 63_749, 63_750, 75_000, 150_000, 700_000
    };
    private static final long[] RTO_MICROS = {0, 200_000, 285_714, 400_000, 900_000, 3_000_000, 9_000_000, 20_000_000};
    private static final long[] BYTES = {-1, 0, 1_000, 1_500_000, 1_500_001, 4_000_001, 93_000_000, 300_000_000};
    private static final KernelState[] STATES = KernelState.values();
    private static final long[] DURATIONS = {0, 50, 1_000, 60_000, 125_000, 258_999, 300_000};

    private final Map<Destination, PoolModel> models = new HashMap<>();
    private final Map<Destination, SourcePool> pools = new HashMap<>();
    private final List<Held> held = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private DestinationPolicy policy;
    private final boolean mayDestroy;
    private final int stripes;
    private final boolean oneLoopWorks;
    private final List<Destination> destinations = new ArrayList<>();
    private final PortLedgers ledgers;
    private final boolean logged;
    private PortSet blocked = PortSet.EMPTY;
    private long now;
    private long toldMillis;
    private @Nullable SourcePool told;

    private record Held(Lease lease, Destination destination) {}

    private RandomRun(long seed, boolean logged) {
        this.logged = logged;
        Random random = new Random(seed);
        now = random.nextLong(-1_000_000, 1L << 40);
        mayDestroy = random.nextInt(4) > 0;
        stripes = 1 + random.nextInt(4);
        oneLoopWorks = random.nextInt(3) == 0;
        List<Source> sources = new ArrayList<>();
        int sourceCount = 1 + random.nextInt(3);
        for (int i = 0; i < sourceCount; i++) {
            int low = 1 + random.nextInt(60_000);
            PortSet ports = PortSet.range(low, low + random.nextInt(14));
            sources.add(new Source(
                    IpAddress.of(new byte[] {10, 0, 0, (byte) (i + 1)}),
                    new PortOrder(ports, random.nextLong(), random.nextLong())));
        }
        policy = new DestinationPolicy(floors(random), sources);
        int destinationCount = 1 + random.nextInt(2);
        for (int i = 0; i < destinationCount; i++) {
            destinations.add(new Destination(IpAddress.of(new byte[] {10, 1, 0, (byte) i}), 80 + i));
        }
        ledgers = new PortLedgers(
                destination -> policy,
                new PortLedgers.Limits(stripes, mayDestroy, 10, MOST_WAITING),
                (pool, at) -> {
                    told = pool;
                    toldMillis = at;
                    pools.put(pool.destination(), pool);
                },
                STRIPED_FROM);
    }

    private static Floors floors(Random random) {
        boolean linux = random.nextBoolean();
        return switch (random.nextInt(9)) {
            case 0 -> new Floors(2, 5_000, 15_000, 5_000, 15_000, 60_000, 0, linux);
            case 1 -> new Floors(1_000, 5_000, 15_000, 5_000, 15_000, 120_000, 0, linux);
            case 2 -> Floors.DEFAULT.withFixed(3_000);
            case 3 -> Floors.DEFAULT.withFixed(70_000);
            case 4 -> Floors.DEFAULT.withMeasured(1_000);
            case 5 -> Floors.DEFAULT.withMeasured(2_300);
            case 6 -> Floors.DEFAULT.withMeasured(24_000);
            default -> new Floors(1_000, 5_000, 15_000, 5_000, 15_000, 60_000, 0, linux);
        };
    }

    /**
     * Runs {@code steps} steps of {@code seed}; on failure looks for a shorter run that fails too and reports it.
     *
     * @throws AssertionError with seed, steps and what was done
     */
    static void run(long seed, int steps) {
        Failure whole = attempt(seed, 0, steps, false);
        if (whole == null) {
            return;
        }
        // Again, with a log; then without ever more of the leading steps as long as it fails.
        Failure least = Objects.requireNonNull(attempt(seed, 0, whole.step() + 1, true));
        int from = 0;
        for (int jump = whole.step(); jump > 0; jump /= 2) {
            Failure shorter = attempt(seed, from + jump, whole.step() + 1, true);
            if (shorter != null) {
                least = shorter;
                from += jump;
            }
        }
        throw new AssertionError(
                "seed " + seed + ", steps " + from + " to " + least.step() + ": "
                        + least.cause().getMessage() + "\n  " + String.join("\n  ", least.log()),
                least.cause());
    }

    /** The long form: {@code RandomRun FROM_SEED TO_SEED STEPS}. */
    public static void main(String[] arguments) {
        long to = Long.parseLong(arguments[1]);
        for (long seed = Long.parseLong(arguments[0]); seed <= to; seed++) {
            run(seed, Integer.parseInt(arguments[2]));
        }
    }

    private record Failure(int step, Throwable cause, List<String> log) {}

    private static @Nullable Failure attempt(long seed, int from, int to, boolean logged) {
        RandomRun run = new RandomRun(seed, logged);
        int step = from;
        try {
            for (; step < to; step++) {
                run.step(new Random(seed * 31 + step * 0x9e3779b97f4a7c15L));
            }
            run.drain();
            return null;
        } catch (AssertionError | RuntimeException e) {
            run.log.add("failed at " + run.now);
            return new Failure(Math.min(step, to - 1), e, run.log);
        }
    }

    private void step(Random random) {
        now += random.nextInt(25) == 0 ? pick(random, IDLE_MILLIS) : pick(random, STEPS_MILLIS);
        Destination destination = destinations.get(random.nextInt(destinations.size()));
        int choice = random.nextInt(100);
        if (choice < 38) {
            lease(destination, stripe(random));
        } else if (choice < 66) {
            giveBack(random);
        } else if (choice < 74) {
            join(destination, stripe(random));
        } else if (choice < 77) {
            leave(destination, random);
        } else if (choice < 87) {
            serve(destination);
        } else if (choice < 90) {
            block(random);
        } else if (choice < 93) {
            seed(destination, random);
        } else if (choice < 96) {
            sweep();
        } else if (choice < 97) {
            relieve(random);
        } else if (choice < 98) {
            regulate(random);
        } else {
            report(destination);
        }
        validate();
        if (random.nextInt(10) == 0) {
            validateSnapshots();
        }
    }

    private int stripe(Random random) {
        int stripe = random.nextInt(stripes);
        return oneLoopWorks && random.nextInt(8) > 0 ? 0 : stripe;
    }

    private static long pick(Random random, long[] values) {
        return values[random.nextInt(values.length)];
    }

    private void note(Supplier<String> what) {
        if (logged) {
            log.add(now + " " + what.get());
        }
    }

    private PoolModel model(Destination destination) {
        return models.computeIfAbsent(
                destination, key -> new PoolModel(key, policy, mayDestroy, stripes, STRIPED_FROM));
    }

    // ---- operations ----

    private void lease(Destination destination, int stripe) {
        PoolModel model = model(destination);
        Lease lease = new Lease();
        switch (ledgers.lease(lease, destination, stripe, now)) {
            case Lease leased -> {
                note(() -> leased + " (stripe " + stripe + ")");
                check(model.line.isEmpty(), "overtook the line");
                model.leased(leased, blocked, stripe, now);
                held.add(new Held(leased, destination));
            }
            case MustWait wait -> {
                note(() -> "must wait for " + destination);
                check(!lease.isHeld(), "filled although it must wait");
                check(!model.line.isEmpty() || !model.isLeasable(blocked, now), "waits although a port is ready");
                validate();
                model.checkNext(wait.untilMillis(), blocked, now);
            }
            case Exhausted why -> throw new AssertionError(why.explain(0));
        }
    }

    private void giveBack(Random random) {
        if (held.isEmpty()) {
            return;
        }
        Held one = held.remove(random.nextInt(held.size()));
        PoolModel model = model(one.destination());
        told = null;
        int way = random.nextInt(8);
        if (way == 0) {
            note(() -> "set aside " + one.lease());
            model.setAside(one.lease(), now);
            one.lease().setAside(now);
        } else if (way == 1) {
            note(() -> "put back " + one.lease());
            model.putBack(one.lease());
            one.lease().putBack(now);
        } else {
            Ending ending = ending(random);
            note(() -> "release " + one.lease() + " " + ending);
            model.released(one.lease(), ending, now);
            one.lease().release(ending, now);
        }
        check(!one.lease().isHeld(), "still held");
        validate();
        if (!model.line.isEmpty()) {
            check(told != null, "the line was not told");
            model.checkNext(toldMillis, blocked, now);
        }
    }

    private static Ending ending(Random random) {
        Ending.Close[] ways = Ending.Close.values();
        Ending.Close way = random.nextInt(3) > 0 ? Ending.Close.WE_FIRST : ways[random.nextInt(ways.length)];
        return new Ending(
                way,
                random.nextBoolean(),
                random.nextInt(2_000_000),
                pick(random, RTO_MICROS),
                pick(random, DURATIONS),
                pick(random, BYTES),
                pick(random, BYTES),
                random.nextBoolean(),
                random.nextInt(4) > 0,
                random.nextInt(4) > 0 ? random.nextLong() | 1 : 0);
    }

    private void join(Destination destination, int stripe) {
        PoolModel model = model(destination);
        TestWaiter waiter = new TestWaiter(stripe, (served, at) -> served(model, served, at));
        told = null;
        Optional<Exhausted> refusal = ledgers.join(waiter, destination, now);
        note(() -> "join " + destination + " " + refusal.map(Exhausted::why));
        checkEqual(refusal.isPresent(), model.line.size() == MOST_WAITING, "line full");
        if (refusal.isEmpty()) {
            model.line.add(waiter);
            check(told != null, "nobody was told when to serve");
            model.checkNext(toldMillis, blocked, now);
        }
    }

    private void served(PoolModel model, TestWaiter waiter, long at) {
        note(() -> "served " + waiter.lease());
        checkEqual(at, now, "time of service");
        check(model.line.peekFirst() == waiter, "overtaken in the line");
        model.line.removeFirst();
        model.leased(waiter.lease(), blocked, waiter.stripe(), now);
        held.add(new Held(waiter.lease(), model.destination));
    }

    private void leave(Destination destination, Random random) {
        PoolModel model = models.get(destination);
        if (model == null || model.line.isEmpty()) {
            return;
        }
        TestWaiter waiter = new ArrayList<>(model.line).get(random.nextInt(model.line.size()));
        note(() -> "leave the line to " + destination);
        Optional<Exhausted> why = ledgers.leave(waiter, destination, now);
        checkEqual(why.map(Exhausted::why), Optional.of(Exhausted.Why.DEADLINE), "reason");
        model.line.remove(waiter);
        checkEqual(ledgers.leave(waiter, destination, now), Optional.empty(), "leaving twice");
    }

    /** Returns whether somebody was served. */
    private boolean serve(Destination destination) {
        PoolModel model = models.get(destination);
        SourcePool pool = pools.get(destination);
        if (model == null || pool == null || model.line.isEmpty()) {
            return false;
        }
        note(() -> "serve " + destination);
        int before = model.line.size();
        long next = pool.serve(now);
        validate();
        if (model.line.isEmpty()) {
            checkEqual(next, MustWait.UNTIL_RELEASE, "next moment of an empty line");
        } else {
            check(!model.isLeasable(blocked, now), "the line waits although a port is ready");
            model.checkNext(next, blocked, now);
        }
        return model.line.size() < before;
    }

    private void block(Random random) {
        BitSet ports = new BitSet();
        for (int i = random.nextInt(4); i > 0; i--) {
            Source source = policy.sources().get(random.nextInt(policy.sources().size()));
            int[] all = source.order().ports().toArray();
            ports.set(all[random.nextInt(all.length)]);
        }
        blocked = PortSet.of(ports);
        note(() -> "block " + blocked);
        ledgers.block(blocked);
    }

    private void seed(Destination destination, Random random) {
        Source source = policy.sources().get(random.nextInt(policy.sources().size()));
        int[] all = source.order().ports().toArray();
        int port = all[random.nextInt(all.length)];
        KernelState state = STATES[random.nextInt(STATES.length)];
        long most = state == KernelState.UNKNOWN ? policy.floors().unknownMillis() : 40_000;
        long floor = Math.min(most, 4 * pick(random, STEPS_MILLIS));
        long released = now - random.nextInt(70_000);
        FourTuple tuple = new FourTuple(source.address(), port, destination);
        note(() -> "seed " + tuple + " " + state + " floor " + floor + " released " + released);
        PoolModel model = model(destination);
        boolean accepted = ledgers.seed(tuple, state, floor, released, now);
        model.seeded(source.address(), port, accepted, state, floor, released);
    }

    private void sweep() {
        note(() -> "sweep");
        ledgers.sweep(now);
        Set<Destination> left = destinations.stream().filter(ledgers::hasLedger).collect(Collectors.toSet());
        Set<Destination> expected = new HashSet<>();
        for (PoolModel model : List.copyOf(models.values())) {
            if (model.isGone(now)) {
                models.remove(model.destination);
                pools.remove(model.destination);
            } else {
                expected.add(model.destination);
            }
        }
        checkEqual(left, expected, "ledgers left after the sweep");
    }

    private void relieve(Random random) {
        int most = random.nextInt(7);
        note(() -> "relieve " + most);
        Map<FourTuple, Long> may = new HashMap<>();
        models.values().forEach(model -> may.putAll(model.relief(now)));
        List<FourTuple> named = ledgers.takeRelief(most, now);
        checkEqual(named.size(), Math.min(most, may.size()), "four-tuples to destroy");
        check(may.keySet().containsAll(named), "must not be destroyed, only the others ", named, may);
        checkEqual(new HashSet<>(named).size(), named.size(), "different ones");
        List<Long> times = named.stream().map(may::get).sorted().toList();
        checkEqual(times, may.values().stream().sorted().limit(most).toList(), "release times, oldest first");
        named.forEach(tuple -> model(tuple.destination()).relieved(tuple));
    }

    private void regulate(Random random) {
        Floors floors = floors(random);
        note(() -> "regulate " + floors);
        policy = new DestinationPolicy(floors, policy.sources());
        told = null;
        ledgers.regulate(destination -> floors, now);
        models.values().forEach(model -> model.regulated(floors));
        validate();
        for (PoolModel model : models.values()) {
            if (!model.line.isEmpty() && told != null && told.destination().equals(model.destination)) {
                model.checkNext(toldMillis, blocked, now);
            }
        }
    }

    private void report(Destination destination) {
        if (models.containsKey(destination)) {
            note(() -> "silence of " + destination);
            checkEqual(
                    ledgers.reportSilence(destination, now), model(destination).silent(now), "became sequence-strict");
        }
    }

    // ---- the whole ----

    private void validate() {
        models.values().forEach(model -> model.validate(ledgers, blocked, now));
    }

    /** The same as a user sees it; a snapshot forecasts, which is too slow for every step. */
    private void validateSnapshots() {
        List<PoolSnapshot> snapshots = ledgers.snapshots(now);
        checkEqual(snapshots.size(), models.size(), "ledgers");
        for (PoolSnapshot snapshot : snapshots) {
            model(snapshot.destination()).validate(snapshot, blocked, now);
        }
    }

    /** Everybody in line is served as soon as floors allow, and an idle ledger goes. */
    private void drain() {
        note(() -> "drain");
        blocked = PortSet.EMPTY;
        ledgers.block(blocked);
        int most = 1_000;
        for (Destination destination : destinations) {
            while (models.containsKey(destination) && !model(destination).line.isEmpty()) {
                check(most-- > 0, "the line does not empty");
                held.forEach(one -> {
                    Ending ending = Ending.of(Ending.Close.REFUSED);
                    model(one.destination()).released(one.lease(), ending, now);
                    one.lease().release(ending, now);
                });
                held.clear();
                SourcePool pool = pools.get(destination);
                long next = pool == null ? 0 : pool.serve(now);
                if (!model(destination).line.isEmpty() && held.isEmpty()) {
                    check(next != MustWait.UNTIL_RELEASE && next > now, "the line starves; next ", next);
                    now = next;
                    check(serve(destination), "nobody was served at the moment named");
                }
            }
        }
        validate();
        validateSnapshots();
        held.forEach(one -> {
            model(one.destination()).putBack(one.lease());
            one.lease().putBack(now);
        });
        held.clear();
        now += 5_000_000;
        sweep();
        check(ledgers.snapshots(now).isEmpty(), "an idle ledger stays");
    }
}
