package dev.tidewait.hook.reap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.hook.DestinationMatch;
import java.util.List;
import org.junit.jupiter.api.Test;

class PassPlanTest {
    private static final int PORTS = 28_232;
    /** Floor of 45 %. */
    private static final int LIMIT = 12_704;

    private final PassCost cost = new PassCost(); // 15 ms: at least 333 ms between passes, 1,500 ms as usual
    private final Pairs pairs = new Pairs(new AddressFilter(List.of()), new AddressFilter(List.of()));

    private PassPlan keepBelow(long floorMillis) {
        return new KeepBelowPlan(0.45, floorMillis, cost);
    }

    /** So many sockets, whose ages are spread evenly from 0 on as connections at this rate leave them. */
    private Pair pair(PassPlan plan, int count, double perSecond) {
        Pair pair = pairs.get(pairs.find(0, 1, 0, 2, 80 + pairs.size()));
        for (int i = 0; i < count; i++) {
            pair.addTimeWait((long) (i * 1_000 / perSecond), plan.leastAgeMillis());
        }
        return pair;
    }

    private static void take(PassPlan plan, Pair pair) {
        pair.wanted = plan.wanted(pair, PORTS);
        pair.taken = Math.min(pair.wanted, pair.timeWait - pair.tooYoung);
    }

    @Test
    void shouldLeaveWhatIsBelowTheLimitUntilItIsDue() {
        PassPlan plan = keepBelow(15_000);
        Pair pair = pair(plan, 6_000, 400);

        take(plan, pair);

        assertThat(pair.wanted).isZero();
        // (12,704 - 6,000) / 400 a second
        assertThat(plan.dueMillis(pair, PORTS)).isBetween(16_700.0, 16_800.0);
    }

    @Test
    void shouldMakeRoomForTheTimeUntilTheNextPass() {
        PassPlan plan = keepBelow(1_000);
        Pair pair = pair(plan, LIMIT, 8_000);

        take(plan, pair);

        // Room 12,704 - 8,000 = 4,704 at 8,000/s: 588 ms, of which 0.9 are planned with.
        assertThat(pair.usedAfter()).isBetween(LIMIT - 4_300, LIMIT - 4_200);
        assertThat(plan.dueMillis(pair, PORTS)).isBetween(520.0, 540.0);
        assertThat(pair.sparedByFloor()).isZero();
    }

    @Test
    void shouldNotPassMoreOftenThanItMayCostWhereTheFloorLeavesNoRoom() {
        PassPlan plan = keepBelow(15_000);
        Pair pair = pair(plan, 15_000, 1_000);

        take(plan, pair);

        assertThat(pair.taken).isZero();
        assertThat(pair.sparedByFloor()).isPositive();
        assertThat(plan.dueMillis(pair, PORTS)).isEqualTo(cost.shortestMillis());
    }

    @Test
    void shouldWaitForTheFirstToReachTheFloorAfterABurst() {
        PassPlan plan = keepBelow(15_000);
        Pair pair = pairs.get(pairs.find(0, 1, 0, 2, 80));
        for (int i = 0; i < 20_000; i++) {
            pair.addTimeWait(3_000, plan.leastAgeMillis());
        }

        take(plan, pair);

        assertThat(plan.dueMillis(pair, PORTS)).isEqualTo(12_000);
        assertThat(plan.isPressed(pairs, PORTS, 1_000, 100))
                .as("a pass could do nothing")
                .isFalse();
    }

    @Test
    void shouldCountLiveConnectionsButTakeOnlyWhatIsInTimeWait() {
        PassPlan plan = keepBelow(1_000);
        Pair pair = pair(plan, 100, 10);
        pair.live = 20_000;

        take(plan, pair);

        assertThat(pair.wanted).isEqualTo(100);
        assertThat(pair.taken).isEqualTo(90);
        assertThat(pair.sparedByFloor()).isEqualTo(10);
    }

    @Test
    void shouldHurryWhenMoreIsOpenedThanExpected() {
        PassPlan plan = keepBelow(15_000);
        Pair pair = pair(plan, 6_000, 400);
        take(plan, pair);

        assertThat(plan.isPressed(pairs, PORTS, 1_000, 400)).as("as expected").isFalse();
        // Room 6,704: 400 expected and 2 x 3,152 unexpected.
        assertThat(plan.isPressed(pairs, PORTS, 1_000, 3_540)).isFalse();
        assertThat(plan.isPressed(pairs, PORTS, 1_000, 3_560))
                .as("as if of this one")
                .isTrue();
    }

    @Test
    void shouldHurryForADestinationThatNobodyHasSeenYet() {
        PassPlan plan = keepBelow(1_000);

        assertThat(plan.isPressed(pairs, PORTS, 1_000, LIMIT / 2 - 1)).isFalse();
        assertThat(plan.isPressed(pairs, PORTS, 1_000, LIMIT / 2)).isTrue();
        assertThat(plan.longestMillis()).isEqualTo(10_000);
    }

    @Test
    void shouldTakeAllThatAreOldEnoughForAShorterTimeWait() {
        PassPlan plan = new TimeWaitPlan(15_000, cost);
        Pair pair = pair(plan, 20_000, 1_000);

        take(plan, pair);

        assertThat(pair.taken).isEqualTo(5_000);
        assertThat(plan.dueMillis(pair, PORTS)).as("a twentieth of it late").isEqualTo(750);
        assertThat(plan.longestMillis()).isEqualTo(15_000);
    }

    @Test
    void shouldSleepUntilTheOldestIsDueWhereNothingComes() {
        PassPlan plan = new TimeWaitPlan(15_000, cost);
        Pair pair = pairs.get(pairs.find(0, 1, 0, 2, 80));
        pair.addTimeWait(4_000, plan.leastAgeMillis());

        take(plan, pair);

        assertThat(plan.dueMillis(pair, PORTS)).isEqualTo(11_000);
    }

    @Test
    void shouldSlowDownWhereAPassIsDear() {
        assertThat(cost.shortestMillis()).isBetween(333.0, 334.0);
        cost.add(40_000_000);
        assertThat(cost.millis()).isEqualTo(17.5);
        cost.add(9_000_000);
        assertThat(cost.shortestMillis()).isEqualTo(200);
        assertThat(cost.usualMillis()).isEqualTo(900);
        cost.add(1_000);
        assertThat(cost.shortestMillis()).isEqualTo(100);
    }

    @Test
    void shouldTellPairsApartAndFindThemAgain() {
        int count = 5_000;
        for (int i = 0; i < count; i++) {
            assertThat(pairs.find(i % 3, 7, 0, i, 80)).isEqualTo(i);
        }
        for (int i = 0; i < count; i++) {
            assertThat(pairs.find(i % 3, 7, 0, i, 80)).isEqualTo(i);
        }
        assertThat(pairs.find(0, 7, 0, 0, 81)).isEqualTo(count);
        pairs.clear();
        assertThat(pairs.find(0, 7, 0, 1, 80)).isZero();
        assertThat(pairs.size()).isEqualTo(1);
    }

    @Test
    void shouldMatchBlocksOfBothFamilies() {
        AddressFilter filter = new AddressFilter(
                List.of(DestinationMatch.parse("10.1.0.0/16:443"), DestinationMatch.parse("2001:db8::/32")));
        long mapped = 0xffff_0000_0000L;

        assertThat(filter.matches(0, mapped | 0x0a01_0203, 443)).isTrue();
        assertThat(filter.matches(0, mapped | 0x0a01_0203, 80)).isFalse();
        assertThat(filter.matches(0, mapped | 0x0a02_0203, 443)).isFalse();
        assertThat(filter.matches(0x2001_0db8_1234_0000L, 5, 1)).isTrue();
        assertThat(filter.matches(0x2001_0db9_1234_0000L, 5, 1)).isFalse();
        assertThat(new AddressFilter(List.of()).matches(1, 2, 3)).isTrue();
        assertThat(new AddressFilter(List.of(DestinationMatch.parse("0.0.0.0/0"))).matches(0x2001L << 48, 1, 80))
                .isFalse();
    }
}
