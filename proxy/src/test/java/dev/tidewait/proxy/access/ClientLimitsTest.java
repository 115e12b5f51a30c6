package dev.tidewait.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.access.ClientLimits.Limits;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientLimitsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetAddress CLIENT = address("192.0.2.7");

    /** Some time, close to where nanoTime() wraps. */
    private long now = Long.MAX_VALUE - 3 * SECOND;

    @Test
    void shouldTakeAsManyAsAllowedAndOneMoreForEachThatLeaves() {
        ClientLimits limits = new ClientLimits(new Limits(3, 1000));
        List<Admission.Seat> seats = List.of(seat(limits, CLIENT), seat(limits, CLIENT), seat(limits, CLIENT));
        assertThat(failure(limits, CLIENT).error()).isEqualTo(ProxyError.TOO_MANY);
        assertThat(failure(limits, CLIENT).text())
                .isEqualTo(
                        "Clients from 192.0.2.7 have 3 connections open, and access.limits.connections allows no more."
                                + " Close some, or raise it.");
        seats.getFirst().leave();
        seats.getFirst().leave();
        assertThat(limits.admit(CLIENT, now)).isInstanceOf(Admission.Seat.class);
        assertThat(limits.admit(CLIENT, now)).as("leaving twice counts once").isInstanceOf(Admission.Refused.class);
    }

    @Test
    void shouldTakeASecondsWorthAtOnceAndThenOneByOne() {
        ClientLimits limits = new ClientLimits(new Limits(1000, 10));
        for (int i = 0; i < 10; i++) {
            seat(limits, CLIENT);
        }
        assertThat(failure(limits, CLIENT).text())
                .isEqualTo(
                        "Clients from 192.0.2.7 opened more than 10 connections within a second, and access.limits.rate"
                                + " allows no more. Wait a moment, or raise it.");
        for (int i = 0; i < 50; i++) {
            now += SECOND / 10 - 1;
            assertThat(limits.admit(CLIENT, now)).isInstanceOf(Admission.Refused.class);
            now += 1;
            seat(limits, CLIENT);
        }
        now += 60 * SECOND;
        for (int i = 0; i < 10; i++) {
            seat(limits, CLIENT);
        }
        assertThat(limits.admit(CLIENT, now)).isInstanceOf(Admission.Refused.class);
    }

    @Test
    void shouldCountIpv6BySixtyFourBits() throws UnknownHostException {
        ClientLimits limits = new ClientLimits(new Limits(1, 1000));
        seat(limits, address("2001:db8:0:1::1"));
        assertThat(failure(limits, address("2001:db8:0:1:ffff::2")).text()).contains("2001:db8:0:1::/64");
        seat(limits, address("2001:db8:0:2::1"));

        seat(limits, CLIENT);
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        System.arraycopy(CLIENT.getAddress(), 0, mapped, 12, 4);
        InetAddress kept = Inet6Address.getByAddress("", mapped, -1);
        assertThat(failure(limits, kept).text()).contains("192.0.2.7");
        seat(limits, address("192.0.2.8"));
    }

    @Test
    void shouldCountNobodyWithoutLimitsAndEverybodyAfterAChange() {
        ClientLimits limits = new ClientLimits(Limits.NONE);
        assertThat(limits.admit(CLIENT, now)).isInstanceOf(Admission.Uncounted.class);
        assertThat(limits.trackedCount()).isZero();
        limits.change(new Limits(1, 10));
        Admission.Seat counted = seat(limits, CLIENT);
        assertThat(limits.admit(CLIENT, now)).isInstanceOf(Admission.Refused.class);
        limits.change(new Limits(2, 10));
        seat(limits, CLIENT);
        counted.leave();
        seat(limits, CLIENT);
    }

    @Test
    void shouldForgetIdleClientsBeforeBusyOnes() {
        ClientLimits limits = new ClientLimits(new Limits(1, 1000), 1, 3);
        Admission.Seat busy = seat(limits, address("10.0.0.1"));
        for (int i = 2; i < 100; i++) {
            seat(limits, address("10.0.0." + i)).leave();
            assertThat(limits.trackedCount()).isLessThanOrEqualTo(3);
        }
        assertThat(limits.admit(address("10.0.0.1"), now)).isInstanceOf(Admission.Refused.class);
        busy.leave();
        seat(limits, address("10.0.0.1"));
    }

    @Test
    void shouldNotMistakeAForgottenClientsConnectionForOneOfAnother() {
        ClientLimits limits = new ClientLimits(new Limits(1, 1000), 1, 2);
        Admission.Seat old = seat(limits, address("10.0.0.1"));
        seat(limits, address("10.0.0.2"));
        seat(limits, address("10.0.0.3"));
        Admission.Seat anew = seat(limits, address("10.0.0.1"));
        old.leave();
        assertThat(limits.admit(address("10.0.0.1"), now))
                .as("the new one is still open")
                .isInstanceOf(Admission.Refused.class);
        anew.leave();
        seat(limits, address("10.0.0.1"));
    }

    /** Against a plain model with a token bucket, without a bound on the clients. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldDecideLikeTheModel(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Limits rules = new Limits(random.nextInt(1, 8), random.nextInt(1, 30));
        ClientLimits limits = new ClientLimits(rules, 4, 400);
        Map<Integer, ModelClient> model = new HashMap<>();
        List<Taken> open = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            now += random.nextInt(3) == 0 ? random.nextLong(SECOND / 5) : 0;
            if (!open.isEmpty() && random.nextInt(3) == 0) {
                Taken one = open.remove(random.nextInt(open.size()));
                one.seat.leave();
                one.client.open--;
                continue;
            }
            int number = random.nextInt(random.nextBoolean() ? 3 : 100);
            ModelClient client = model.computeIfAbsent(number, any -> new ModelClient(now));
            boolean expected = client.admits(rules, now);
            switch (limits.admit(address("10.0.0." + number), now)) {
                case Admission.Seat seat -> {
                    assertThat(expected).as("step %d of seed %d", step, seed).isTrue();
                    open.add(new Taken(seat, client));
                }
                case Admission.Uncounted uncounted -> throw new AssertionError(uncounted);
                case Admission.Refused refused ->
                    assertThat(expected)
                            .as("step %d of seed %d: %s", step, seed, refused)
                            .isFalse();
            }
        }
        assertThat(limits.trackedCount()).isEqualTo(model.size());
    }

    /** With fewer places than clients. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldNeverTrackMoreClientsThanItMayNorLoseCount(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int most = random.nextInt(1, 40);
        ClientLimits limits = new ClientLimits(new Limits(2, 1_000_000), 1, most);
        List<Admission.Seat> open = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (!open.isEmpty() && random.nextInt(100) < 48) {
                open.remove(random.nextInt(open.size())).leave();
            } else if (limits.admit(address("10.0.0." + random.nextInt(200)), now) instanceof Admission.Seat seat) {
                open.add(seat);
            }
            now += 1000;
            assertThat(limits.trackedCount()).isLessThanOrEqualTo(most);
        }
        open.forEach(Admission.Seat::leave);
        for (int number = 0; number < 200; number++) {
            InetAddress client = address("10.0.0." + number);
            Admission.Seat first = seat(limits, client);
            Admission.Seat second = seat(limits, client);
            assertThat(limits.admit(client, now)).isInstanceOf(Admission.Refused.class);
            first.leave();
            second.leave();
        }
    }

    @Test
    void shouldHoldForManyThreads() throws Exception {
        ClientLimits limits = new ClientLimits(new Limits(10, 1_000_000_000));
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                all.add(threads.submit(() -> {
                    List<Admission.Seat> mine = new ArrayList<>();
                    for (int i = 0; i < 100_000; i++) {
                        if (mine.size() < 4 && limits.admit(CLIENT, i) instanceof Admission.Seat seat) {
                            most.accumulateAndGet(open.incrementAndGet(), Math::max);
                            mine.add(seat);
                        } else if (!mine.isEmpty()) {
                            open.decrementAndGet();
                            mine.removeLast().leave();
                        }
                    }
                    open.addAndGet(-mine.size());
                    mine.forEach(Admission.Seat::leave);
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        }
        assertThat(most.get()).isBetween(1, 10);
        for (int i = 0; i < 10; i++) {
            seat(limits, CLIENT);
        }
        assertThat(limits.admit(CLIENT, now)).isInstanceOf(Admission.Refused.class);
    }

    private record Taken(Admission.Seat seat, ModelClient client) {}

    private static final class ModelClient {
        private int open;
        private long creditNanos = SECOND;
        private long seenNanos;

        ModelClient(long nowNanos) {
            seenNanos = nowNanos;
        }

        boolean admits(Limits rules, long nowNanos) {
            creditNanos = Math.min(SECOND, creditNanos + (nowNanos - seenNanos));
            seenNanos = nowNanos;
            long cost = SECOND / rules.perSecond();
            if (open >= rules.connections() || creditNanos < cost) {
                return false;
            }
            creditNanos -= cost;
            open++;
            return true;
        }
    }

    private Admission.Seat seat(ClientLimits limits, InetAddress client) {
        return switch (limits.admit(client, now)) {
            case Admission.Seat seat -> seat;
            case Admission.Uncounted uncounted -> throw new AssertionError(uncounted);
            case Admission.Refused refused ->
                throw new AssertionError(refused.failure().text());
        };
    }

    private Failure failure(ClientLimits limits, InetAddress client) {
        return switch (limits.admit(client, now)) {
            case Admission.Seat seat -> throw new AssertionError("taken: " + seat);
            case Admission.Uncounted uncounted -> throw new AssertionError(uncounted);
            case Admission.Refused refused -> refused.failure();
        };
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(IpLiteral.parse(text), text);
    }
}
