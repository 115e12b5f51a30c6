package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.ConnectFailedException;
import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.ConnectRequest;
import dev.tidewait.proxy.facts.AccessLog;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.names.HostsFile;
import dev.tidewait.proxy.names.NameLookup;
import dev.tidewait.proxy.names.NameSettings;
import dev.tidewait.proxy.names.SystemNames;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connects side by side, on an event loop whose clock the test moves. */
class RaceTest implements Race.Judge {
    private static final int PORT_WAIT_MILLIS = 5_000;
    private static final int CONNECT_MILLIS = 10_000;

    private static final List<Reason> SOME_REASONS =
            List.of(Reason.NO_PORT, Reason.REFUSED, Reason.TIMED_OUT, Reason.UNREACHABLE, Reason.RESET);

    private record Connect(ConnectRequest request, Promise<Channel> answer) {
        void answers(Channel channel) {
            assertThat(answer.trySuccess(channel)).isTrue();
        }

        void fails(Reason reason) {
            String text = reason + " at " + request.destination().getAddress().getHostAddress();
            assertThat(answer.tryFailure(new ConnectFailedException(reason, request.destination(), text, null)))
                    .isTrue();
        }
    }

    private final MockTicker clock = Ticker.newMockTicker();
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(clock).build();
    private final List<Connect> connects = new ArrayList<>();
    private final NameLookup noNames = new NameLookup(
            NameSettings.DEFAULTS,
            new SystemNames(
                    host -> {
                        throw new UnknownHostException(host);
                    },
                    1),
            HostsFile.ofHost(),
            () -> false,
            System::nanoTime);
    private final Outbound outbound = new Outbound(this::connect, () -> noNames, PORT_WAIT_MILLIS, CONNECT_MILLIS);
    private final Roster roster = new Roster(
            loop.eventLoop(), Ticks.of(Timeouts.DEFAULTS), AccessLog.NONE, new KeepAlivePool(HttpSettings.DEFAULTS));
    private final Attempts attempts = new Attempts();

    private final List<Reason> failures = new ArrayList<>();
    private int attemptCount;
    private @Nullable Channel winner;
    private long winnerNanos;
    private boolean winnerOvertook;
    private boolean lost;

    @AfterEach
    void close() {
        noNames.close();
        loop.close();
    }

    private Future<Channel> connect(ConnectRequest request) {
        Promise<Channel> answer = request.loop().newPromise();
        connects.add(new Connect(request, answer));
        return answer;
    }

    @Override
    public boolean speaksFirst() {
        return false;
    }

    @Override
    public void attempting() {
        attemptCount++;
    }

    @Override
    public void attemptFailed(Reason reason) {
        failures.add(reason);
    }

    @Override
    public void won(Channel channel, InetSocketAddress address, long tookNanos, boolean overtook) {
        assertThat(winner).isNull();
        winnerOvertook = overtook;
        assertThat(lost).isFalse();
        winner = channel;
        winnerNanos = tookNanos;
    }

    @Override
    public void lost() {
        assertThat(winner).isNull();
        assertThat(lost).isFalse();
        lost = true;
    }

    private Race race(String... addresses) {
        Race race = new Race(
                outbound,
                roster,
                attempts,
                this,
                Stream.of(addresses)
                        .map(address -> new InetSocketAddress(InetAddress.ofLiteral(address), 443))
                        .toList());
        race.start();
        return race;
    }

    private void pass(long millis) {
        clock.advance(millis, TimeUnit.MILLISECONDS);
        loop.runPendingTasks();
        loop.runScheduledPendingTasks();
    }

    private static EmbeddedChannel channel() {
        return new EmbeddedChannel();
    }

    private String attempted(int index) {
        return connects.get(index).request().destination().getAddress().getHostAddress();
    }

    @Test
    void shouldTryTheNextAddressAQuarterOfASecondLater() {
        race("2001:db8::1", "192.0.2.1", "192.0.2.2");
        pass(249);
        assertThat(connects).hasSize(1);
        pass(1);
        assertThat(connects).hasSize(2);
        assertThat(attempted(1)).isEqualTo("192.0.2.1");
        pass(249);
        assertThat(connects).hasSize(2);
        pass(1);
        assertThat(connects).hasSize(3);
        pass(60_000);
        assertThat(connects).hasSize(3);
        assertThat(attemptCount).isEqualTo(3);
    }

    @Test
    void shouldTakeTheFirstThatAnswersAndCancelTheOthers() {
        race("2001:db8::1", "192.0.2.1", "192.0.2.2");
        pass(250);
        pass(30);
        EmbeddedChannel answered = channel();
        connects.get(1).answers(answered);
        assertThat(winner).isSameAs(answered);
        assertThat(winnerNanos).isEqualTo(TimeUnit.MILLISECONDS.toNanos(30));
        assertThat(winnerOvertook).isTrue();
        assertThat(connects.get(0).answer().isCancelled()).isTrue();
        pass(1_000);
        assertThat(connects).hasSize(2);
        assertThat(failures).isEmpty();
    }

    @Test
    void shouldTryTheNextAddressAtOnceWhenOneFails() {
        race("2001:db8::1", "192.0.2.1", "192.0.2.2");
        pass(10);
        connects.get(0).fails(Reason.UNREACHABLE);
        assertThat(connects).hasSize(2);
        // RFC 8305, section 5: the delay begins anew.
        pass(249);
        assertThat(connects).hasSize(2);
        pass(1);
        assertThat(connects).hasSize(3);
        assertThat(failures).containsExactly(Reason.UNREACHABLE);
    }

    @Test
    void shouldNotCallItOvertakenWhereTheFirstAddressHasFailed() {
        race("2001:db8::1", "192.0.2.1");
        connects.get(0).fails(Reason.REFUSED);
        connects.get(1).answers(channel());
        assertThat(winner).isNotNull();
        assertThat(winnerOvertook).isFalse();
    }

    @Test
    void shouldNotSetATimerForASingleAddress() {
        Race race = race("192.0.2.1");
        pass(1_000);
        assertThat(connects).hasSize(1);
        race.cancel();
        assertThat(connects.getFirst().answer().isCancelled()).isTrue();
    }

    @Test
    void shouldEndWhenTheLastHasFailed() {
        race("2001:db8::1", "192.0.2.1");
        pass(250);
        connects.get(1).fails(Reason.REFUSED);
        assertThat(lost).isFalse();
        connects.get(0).fails(Reason.TIMED_OUT);
        assertThat(lost).isTrue();
        assertThat(attempts.failure().error()).isEqualTo(ProxyError.REFUSED);
        assertThat(attempts.failure().text()).isEqualTo("REFUSED at 192.0.2.1 (2 connects were tried)");
        assertThat(attempts.another()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "UNREACHABLE, TIMED_OUT, TIMED_OUT",
        "TIMED_OUT, REFUSED, REFUSED",
        "RESET, REFUSED, RESET",
        "REFUSED, NO_PORT, NO_PORT",
        "NO_PORT, UNREACHABLE, NO_PORT",
        "TIMED_OUT, NO_PORT, NO_PORT",
    })
    void shouldTellTheMostUsefulFailureInEitherOrder(Reason one, Reason other, ProxyError told) {
        for (List<Reason> order : List.of(List.of(one, other), List.of(other, one))) {
            Attempts fresh = new Attempts();
            for (Reason reason : order) {
                fresh.begun(0);
                fresh.failed(
                        new ConnectFailedException(reason, Bench.loopback(443), reason.name(), null),
                        0,
                        CONNECT_MILLIS);
            }
            Failure failure = fresh.failure();
            assertThat(failure.error()).isEqualTo(told);
            assertThat(failure.text()).startsWith(told.name());
        }
    }

    @Test
    void shouldStopAtOnceWhenThisHostIsInTrouble() {
        race("2001:db8::1", "192.0.2.1", "192.0.2.2");
        pass(250);
        connects.get(1).fails(Reason.LOCAL);
        assertThat(lost).isTrue();
        assertThat(connects.get(0).answer().isCancelled()).isTrue();
        pass(1_000);
        assertThat(connects).hasSize(2);
        assertThat(attempts.failure().error()).isEqualTo(ProxyError.LOCAL);
        assertThat(attempts.another()).isFalse();
    }

    @Test
    void shouldShareOnePortWaitAmongThoseSideBySide() {
        race("2001:db8::1", "192.0.2.1", "192.0.2.2");
        pass(250);
        pass(250);
        assertThat(connects)
                .extracting(connect -> connect.request().portWaitMillis())
                .containsExactly(5_000L, 4_750L, 4_500L);
        // All stand in line until there is no time left.
        pass(4_500);
        connects.forEach(connect -> connect.fails(Reason.NO_PORT));
        assertThat(lost).isTrue();
        assertThat(attempts.portWaitLeftMillis(PORT_WAIT_MILLIS, roster.nanoTime()))
                .isZero();
    }

    @Test
    void shouldNotCountAHandshakeAsTimeInLine() {
        race("192.0.2.1");
        pass(100 + CONNECT_MILLIS);
        connects.getFirst().fails(Reason.TIMED_OUT);
        assertThat(attempts.portWaitLeftMillis(PORT_WAIT_MILLIS, roster.nanoTime()))
                .isEqualTo(4_900);
    }

    @Test
    void shouldCancelEverythingWhenNobodyWantsItAnyMore() {
        Race race = race("2001:db8::1", "192.0.2.1", "192.0.2.2");
        pass(250);
        race.cancel();
        assertThat(connects).allMatch(connect -> connect.answer().isCancelled());
        pass(1_000);
        assertThat(connects).hasSize(2);
        assertThat(winner).isNull();
        assertThat(lost).isFalse();
    }

    @Test
    void shouldCloseASecondConnectionThatCouldNotBeCancelled() {
        race("2001:db8::1", "192.0.2.1");
        assertThat(connects.get(0).answer().setUncancellable()).isTrue();
        pass(250);
        EmbeddedChannel first = channel();
        connects.get(1).answers(first);
        EmbeddedChannel late = channel();
        connects.get(0).answers(late);
        assertThat(late.isOpen()).isFalse();
        assertThat(first.isOpen()).isTrue();
    }

    @Test
    void shouldCallAConnectionThatIsGoneAlreadyAReset() {
        race("192.0.2.1");
        EmbeddedChannel gone = channel();
        gone.close();
        connects.getFirst().answers(gone);
        assertThat(lost).isTrue();
        assertThat(attempts.failure().error()).isEqualTo(ProxyError.RESET);
    }

    /** Whatever comes in whatever order: one end, one connection at most, nothing left open or under way. */
    @Test
    void shouldEndOnceWhateverHappens() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            RaceTest one = new RaceTest();
            one.runAtRandom(random);
            one.close();
        }
    }

    private void runAtRandom(Random random) {
        Race race = race("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2");
        List<EmbeddedChannel> opened = new ArrayList<>();
        boolean cancelled = false;
        for (int step = 0; step < 40 && !cancelled; step++) {
            List<Connect> open = connects.stream()
                    .filter(connect -> !connect.answer().isDone())
                    .toList();
            int action = random.nextInt(20);
            if (action == 0) {
                race.cancel();
                cancelled = true;
            } else if (action < 8 || open.isEmpty()) {
                pass(random.nextInt(400));
            } else {
                Connect some = open.get(random.nextInt(open.size()));
                if (action < 10) {
                    opened.add(channel());
                    some.answers(opened.getLast());
                } else if (action == 10) {
                    assertThat(some.answer().setUncancellable()).isTrue();
                } else {
                    some.fails(SOME_REASONS.get(random.nextInt(SOME_REASONS.size())));
                }
            }
        }
        for (Connect stubborn : connects) {
            if (!stubborn.answer().isDone()) {
                opened.add(channel());
                stubborn.answers(opened.getLast());
            }
        }
        assertThat(cancelled || lost || winner != null).isTrue();
        assertThat(opened.stream().filter(Channel::isOpen).toList())
                .isEqualTo(winner == null ? List.of() : List.of(winner));
        assertThat(attemptCount).isEqualTo(connects.size()).isLessThanOrEqualTo(4);
    }
}
