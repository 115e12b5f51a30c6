package dev.tidewait.proxy.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.Until;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UsersTest {
    private static final Login RIGHT = new Login.Accepted(new User("ann"));
    private static final byte[] PASSWORD = "correct horse".getBytes(UTF_8);
    private static final byte[] GUESS = "guess".getBytes(UTF_8);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();

    @AfterEach
    void end() {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(10_000);
    }

    @Test
    void shouldAskEverybodyButTheExempt() throws PasswordFileException {
        try (Users users = users()) {
            assertThat(users.asks(address("192.0.2.1"))).isTrue();
            assertThat(users.asks(address("10.20.0.9"))).isFalse();
            users.change(UserRules.NONE);
            assertThat(users.asks(address("192.0.2.1"))).isFalse();
        }
    }

    @Test
    void shouldAnswerOnTheLoopAndOnlyThenAtOnce() throws Exception {
        try (Users users = users()) {
            Future<Login> first = users.login("ann", PASSWORD, loop);
            CountDownLatch onLoop = new CountDownLatch(1);
            first.addListener(done -> {
                if (loop.inEventLoop()) {
                    onLoop.countDown();
                }
            });
            assertThat(answer(first)).isEqualTo(RIGHT);
            assertThat(onLoop.await(10, TimeUnit.SECONDS)).isTrue();

            Future<Login> second = users.login("ann", PASSWORD, loop);
            assertThat(second.isDone()).as("remembered").isTrue();
            assertThat(second.getNow()).isEqualTo(RIGHT);
        }
    }

    @Test
    void shouldRememberWrongPasswordsToo() throws Exception {
        try (Users users = users()) {
            assertThat(error(answer(users.login("ann", GUESS, loop)))).isEqualTo(ProxyError.LOGIN_WRONG);
            Future<Login> again = users.login("ann", GUESS, loop);
            assertThat(again.isDone()).isTrue();
            assertThat(error(again.getNow())).isEqualTo(ProxyError.LOGIN_WRONG);
            assertThat(answer(users.login("ann", PASSWORD, loop))).isEqualTo(RIGHT);
        }
    }

    @Test
    void shouldForgetEverythingWhenTheRulesChange() throws Exception {
        try (Users users = users()) {
            assertThat(answer(users.login("ann", PASSWORD, loop))).isEqualTo(RIGHT);
            PasswordFile without =
                    PasswordFile.parse("bob:$2y$04$......................w74bL5gU7LSJClZClCa.Pkz14aTv/XO");
            users.change(new UserRules(Optional.of(without), List.of()));
            assertThat(error(answer(users.login("ann", PASSWORD, loop)))).isEqualTo(ProxyError.LOGIN_WRONG);
            users.change(UserRules.NONE);
            assertThat(error(answer(users.login("ann", PASSWORD, loop)))).isEqualTo(ProxyError.LOGIN_WRONG);
        }
    }

    @Test
    void shouldReadTheFieldsOfHttp() throws Exception {
        try (Users users = users()) {
            String right = BasicCredentialsTest.encoded("ann:correct horse", UTF_8);
            assertThat(answer(users.login(List.of(right), loop))).isEqualTo(RIGHT);
            assertThat(error(answer(users.login(List.of(), loop)))).isEqualTo(ProxyError.PROXY_AUTH_REQUIRED);
            assertThat(error(answer(users.login(List.of("Bearer x"), loop)))).isEqualTo(ProxyError.PROXY_AUTH_REQUIRED);
            assertThat(error(answer(users.login(List.of(right, right), loop)))).isEqualTo(ProxyError.BAD_REQUEST);
        }
    }

    @Test
    void shouldCheckOnceForAllWhoAskTogether() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        LoginKey key = new LoginKey.Maker().of("ann", PASSWORD);
        try (PasswordChecks checks = new PasswordChecks(1)) {
            List<Future<Login>> all = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                all.add(checks.check(
                        key,
                        PASSWORD,
                        password -> {
                            await(go);
                            runs.incrementAndGet();
                            return RIGHT;
                        },
                        loop));
            }
            go.countDown();
            for (Future<Login> one : all) {
                assertThat(answer(one)).isEqualTo(RIGHT);
            }
            assertThat(runs).hasValue(1);
            assertThat(checks.pendingCount()).isZero();
        }
    }

    @Test
    void shouldBoundTheLineAndLetTheCancelledLeaveIt() throws Exception {
        LoginKey.Maker keys = new LoginKey.Maker();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (PasswordChecks checks = new PasswordChecks(1)) {
            Future<Login> underWay = checks.check(
                    keys.of("first", GUESS),
                    GUESS,
                    password -> {
                        begun.countDown();
                        await(go);
                        return RIGHT;
                    },
                    loop);
            await(begun);
            List<Future<Login>> line = new ArrayList<>();
            for (int i = 0; i < PasswordChecks.LINE_LENGTH; i++) {
                line.add(checks.check(keys.of("user" + i, GUESS), GUESS, password -> RIGHT, loop));
            }
            assertThat(error(answer(checks.check(keys.of("late", GUESS), GUESS, password -> RIGHT, loop))))
                    .isEqualTo(ProxyError.LOGIN_UNCHECKED);

            line.forEach(one -> one.cancel(false));
            Until.isTrue("the line is empty", () -> checks.pendingCount() == 1);
            Future<Login> next = checks.check(keys.of("late", GUESS), GUESS, password -> RIGHT, loop);
            go.countDown();
            assertThat(answer(underWay)).isEqualTo(RIGHT);
            assertThat(answer(next)).isEqualTo(RIGHT);
        }
    }

    @Test
    void shouldAnswerEvenIfACheckThrows() throws Exception {
        try (PasswordChecks checks = new PasswordChecks(1)) {
            Future<Login> answer = checks.check(
                    new LoginKey.Maker().of("ann", GUESS),
                    GUESS,
                    password -> {
                        throw new IllegalStateException("thrown by a test");
                    },
                    loop);
            assertThat(error(answer(answer))).isEqualTo(ProxyError.LOGIN_UNCHECKED);
        }
    }

    @Test
    void shouldRememberNoMoreThanItMayAndForgetWithTime() {
        LoginKey.Maker keys = new LoginKey.Maker();
        RecentLogins recent = new RecentLogins(3, 100);
        for (int i = 0; i < 10; i++) {
            recent.add(keys.of("user" + i, GUESS), 1000);
            assertThat(recent.size()).isLessThanOrEqualTo(3);
        }
        LoginKey last = keys.of("user9", GUESS);
        assertThat(recent.contains(last, 1099)).isTrue();
        assertThat(recent.contains(last, 1100)).isFalse();
        LoginKey later = keys.of("later", GUESS);
        recent.add(later, 1150);
        assertThat(recent.size()).as("the expired went first").isEqualTo(1);
        assertThat(recent.contains(later, 1200)).isTrue();
    }

    @Test
    void shouldTellKeysApart() {
        LoginKey.Maker keys = new LoginKey.Maker();
        LoginKey key = keys.of("ab", "c".getBytes(UTF_8));
        assertThat(keys.of("ab", "c".getBytes(UTF_8))).isEqualTo(key);
        assertThat(keys.of("a", "bc".getBytes(UTF_8))).isNotEqualTo(key);
        assertThat(new LoginKey.Maker().of("ab", "c".getBytes(UTF_8))).isNotEqualTo(key);
    }

    /** A hash of the usual cost is computed for them, too: the shorter of several runs is compared, and the margin is wide. */
    @Test
    void shouldTakeAsLongForUnknownUsers() throws PasswordFileException {
        PasswordFile file = PasswordFile.parse("ann:$2y$09$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2");
        long known = shortestNanos(file, "ann");
        long unknown = shortestNanos(file, "nobody");
        assertThat((double) unknown / known).isBetween(0.5, 2.0);
    }

    private static long shortestNanos(PasswordFile file, String user) {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long begin = System.nanoTime();
            assertThat(file.isRight(user, GUESS)).isFalse();
            shortest = Math.min(shortest, System.nanoTime() - begin);
        }
        return shortest;
    }

    private static Users users() throws PasswordFileException {
        return new Users(new UserRules(
                Optional.of(PasswordFile.parse(PasswordFileTest.FILE)), List.of(Cidr.parse("10.20.0.0/16"))));
    }

    private static Login answer(Future<Login> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    private static ProxyError error(Login login) {
        Failure failure = switch (login) {
            case Login.Accepted accepted -> throw new AssertionError("accepted: " + accepted);
            case Login.Refused refused -> refused.failure();
        };
        return failure.error();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(IpLiteral.parse(text), text);
    }
}
