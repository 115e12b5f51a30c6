package dev.tidewait.doctor.census;

import dev.tidewait.linux.TcpCounters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Makes the report from a look and the one before. Owned by one thread, used once. */
final class Comparison {
    /** Of Tidewait: the shortest floor that it has, for connections with TCP timestamps. Without them it is 5 or 15 s. */
    static final double TIDEWAIT_FLOOR_SECONDS = 1;

    private final Look look;
    private final Optional<Look> earlier;
    private final double spanSeconds;
    private final TimeWaitTimer timer;
    private final TimeWaitReuse reuse;
    private final Forecast forecast;
    private final CensusNotes notes;
    private final LedgerView ledgers;

    Comparison(Look look, Optional<Look> earlier, TimeWaitTimer timer, TimeWaitReuse reuse, TidewaitAccounts accounts) {
        this.look = look;
        this.earlier = earlier;
        this.timer = timer;
        this.reuse = reuse;
        spanSeconds = earlier.isPresent() ? look.secondsSince(earlier.get()) : 0;
        forecast = new Forecast(timer);
        notes = new CensusNotes(look, reuse);
        ledgers = new LedgerView(accounts, look.automatic);
    }

    CensusReport report(SocketOwners owners, int ownersOf) {
        List<Judged> judged = new ArrayList<>();
        for (PairFold pair : look.pairs.pairs()) {
            judged.add(new Judged(Optional.of(pair), ledgers.correct(judge(pair), pair)));
        }
        ledgers.withoutSockets(spanSeconds > 0).forEach(use -> judged.add(new Judged(Optional.empty(), use)));
        notes.addTidewait(
                judged.stream()
                        .filter(one -> one.use.countedBy() == CountedBy.FLOOR || one.use.countedBy() == CountedBy.HOOK)
                        .count(),
                ledgers.notes());
        judged.sort(Comparator.comparing(Judged::use, Danger.MOST_FIRST));
        List<DestinationUse> destinations = withOwners(judged, owners, ownersOf);
        BucketUse buckets = new BucketForecast(look, BucketFlow.between(earlier, look), forecast, timer).use(notes);
        return new CensusReport(
                earlier.isPresent() ? OptionalDouble.of(spanSeconds) : OptionalDouble.empty(),
                destinations,
                sources(),
                look.services.uses(look.automatic),
                look.outgoing.counts(),
                look.incoming.counts(),
                buckets,
                counters(),
                notes.notes());
    }

    private DestinationUse judge(PairFold pair) {
        boolean takenOver = pair.isTidewaits() || reuse.isPossible(pair.isLoopback());
        double delaySeconds = pair.isTidewaits() ? TIDEWAIT_FLOOR_SECONDS : reuse.delaySeconds();
        PortTally ports = pair.ports();
        StateCounts counts = pair.states.counts();
        TimeWaitAges ages = pair.ages.ages();
        Observation observation = observe(pair, ages, takenOver);
        int usable = pair.isTidewaits() ? ledgers.usable(pair) : ports.usable.size();
        int reusable = takenOver ? olderThan(delaySeconds, ages, ports.timeWaitInUse) : 0;
        double blockSeconds = takenOver ? delaySeconds : timer.longestSeconds();
        double liveShare = share(ports.inUse - ports.timeWaitInUse, pair.live);
        double agesShare = share(ports.timeWaitInUse, counts.timeWait());
        Exhaustion exhaustion = ports.inUse == 0
                ? new Exhaustion.NotForeseen(0)
                : forecast.exhaustion(
                        usable,
                        observation.demand().share(share(ports.inUse, counts.total()), liveShare),
                        ages,
                        agesShare,
                        blockSeconds);
        return new DestinationUse(
                pair.sourceAddress(),
                pair.destination(),
                counts,
                usable,
                ports.inUse,
                reusable,
                ports.firstParityInUse,
                ages,
                observation.flow(),
                exhaustion,
                Owners.NONE,
                ledgers.countedBy(pair),
                Optional.empty());
    }

    private Observation observe(PairFold pair, TimeWaitAges ages, boolean takenOver) {
        if (earlier.isEmpty()) {
            return new Observation(pair.live, 0, 0, 0, 0, ages, OpenHistory.EMPTY, takenOver);
        }
        int liveBefore =
                earlier.get().pairs.same(pair).map(before -> before.live).orElse(0);
        int ended = Math.max(0, liveBefore - pair.stillLive - pair.closedHere);
        return new Observation(pair.live, liveBefore, pair.newcomers, ended, spanSeconds, ages, pair.opens, takenOver);
    }

    private static int olderThan(double seconds, TimeWaitAges ages, int atMost) {
        int older = 0;
        for (int age = (int) Math.ceil(seconds); age < TimeWaitAges.BUCKETS; age++) {
            older += ages.count(age);
        }
        return Math.min(older, atMost);
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private List<DestinationUse> withOwners(List<Judged> judged, SocketOwners owners, int ownersOf) {
        Map<PairFold, Integer> groups = new HashMap<>();
        for (Judged each : judged.subList(0, Math.min(ownersOf, judged.size()))) {
            each.pair.ifPresent(pair -> groups.put(pair, owners.addGroup()));
        }
        for (int i = 0; i < look.held.size() && !groups.isEmpty(); i++) {
            Integer group = groups.get(look.held.pair(i));
            if (group != null) {
                owners.add(group, look.held.inode(i));
            }
        }
        owners.find();
        notes.addOwners(owners);
        List<DestinationUse> uses = new ArrayList<>();
        for (Judged each : judged) {
            Optional<Integer> group = each.pair.map(groups::get);
            uses.add(group.map(number -> each.use.with(owners.owners(number))).orElse(each.use));
        }
        return uses;
    }

    private List<SourceUse> sources() {
        List<SourceUse> uses = new ArrayList<>();
        for (SourceFold source : look.pairs.sources()) {
            if (!source.isEmpty()) {
                uses.add(source.use(look.automatic));
            }
        }
        uses.sort(Comparator.comparingInt(SourceUse::socketCount).reversed());
        return uses;
    }

    private CounterReading counters() {
        Map<String, Long> growth = new HashMap<>();
        if (earlier.isPresent()) {
            TcpCounters before = earlier.get().counters;
            for (String name : look.counters.asMap().keySet()) {
                look.counters.growth(name, before).ifPresent(value -> growth.put(name, value));
            }
        }
        return new CounterReading(look.counters.asMap(), growth);
    }

    /** @param pair empty where only a ledger tells of it */
    private record Judged(Optional<PairFold> pair, DestinationUse use) {}
}
