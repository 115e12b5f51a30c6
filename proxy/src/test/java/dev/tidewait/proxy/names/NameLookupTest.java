package dev.tidewait.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.names.NameAnswer.Found;
import dev.tidewait.proxy.names.NameAnswer.NotFound;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cache, sharing and bounds, in front of a source that answers when the test says so and by a clock that the test moves. */
class NameLookupTest {
    private static final InetAddress FOUR = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress SIX = InetAddress.ofLiteral("2001:db8::1");

    private record Asked(String host, Promise<NameAnswer> answer) {}

    private static final class Scripted implements NameSource {
        final List<Asked> asked = new ArrayList<>();
        boolean changed;

        @Override
        public Future<NameAnswer> ask(String host, EventLoop loop) {
            Promise<NameAnswer> answer = loop.newPromise();
            asked.add(new Asked(host, answer));
            return answer;
        }

        void answer(int index, NameAnswer answer) {
            asked.get(index).answer().setSuccess(answer);
        }

        @Override
        public boolean refresh() {
            return changed;
        }

        @Override
        public void close() {}
    }

    @TempDir
    private Path directory;

    private final EmbeddedChannel one = new EmbeddedChannel();
    private final EmbeddedChannel two = new EmbeddedChannel();
    private final Scripted source = new Scripted();
    private long nowNanos;
    private boolean ipv6First;
    private Path hosts;
    private NameLookup names;

    @BeforeEach
    void open() throws IOException {
        hosts = Files.writeString(directory.resolve("hosts"), "192.0.2.9  printer.test PRINTER # comment\n");
        names = lookup(settings(Duration.ZERO, 100));
    }

    @AfterEach
    void close() {
        names.close();
        one.close();
        two.close();
    }

    private static NameSettings settings(Duration minTtl, int cacheEntries) {
        return new NameSettings(
                NameService.DNS,
                List.of(),
                false,
                cacheEntries,
                minTtl,
                Duration.ofMinutes(5),
                Duration.ofSeconds(5),
                10);
    }

    private NameLookup lookup(NameSettings settings) {
        return new NameLookup(settings, source, new HostsFile(hosts), () -> ipv6First, () -> nowNanos);
    }

    private Future<List<InetAddress>> ask(String host) {
        return names.lookUp(host, one.eventLoop());
    }

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    private static ProxyError error(Future<?> failed) {
        return NameLookup.failure(new HostPort("a.test", 443), failed.cause()).error();
    }

    @Test
    void shouldAskOnceForAllWhoWantTheSameNameOnWhateverLoop() {
        List<Future<List<InetAddress>>> waiting = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            waiting.add(names.lookUp("a.test", (i % 2 == 0 ? one : two).eventLoop()));
        }
        assertThat(source.asked).hasSize(1);
        source.answer(0, new Found(List.of(FOUR), 0));
        two.runPendingTasks();
        assertThat(waiting).allSatisfy(answer -> assertThat(answer.getNow()).containsExactly(FOUR));
        assertThat(names.statistics().joined()).isEqualTo(999);
        assertThat(names.statistics().asked()).isEqualTo(1);
        assertThat(names.statistics().underWay()).isZero();
    }

    @Test
    void shouldRememberAnAnswerAsLongAsItSays() {
        ask("a.test");
        source.answer(0, new Found(List.of(FOUR), 60));
        pass(Duration.ofSeconds(60).minusNanos(1));
        assertThat(ask("a.test").getNow()).containsExactly(FOUR);
        assertThat(names.statistics().fromCache()).isEqualTo(1);
        pass(Duration.ofNanos(1));
        assertThat(ask("a.test").isDone()).isFalse();
        assertThat(source.asked).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 2, 2", "3600, 0, 300", "1, 0, 1"})
    void shouldKeepATtlWithinItsBounds(long ttlSeconds, long minSeconds, long expectedSeconds) {
        names = lookup(settings(Duration.ofSeconds(minSeconds), 100));
        ask("a.test");
        source.answer(0, new Found(List.of(FOUR), ttlSeconds));
        if (expectedSeconds > 0) {
            pass(Duration.ofSeconds(expectedSeconds).minusMillis(1));
            assertThat(ask("a.test").isDone()).isTrue();
        }
        pass(Duration.ofMillis(1));
        assertThat(ask("a.test").isDone()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNKNOWN", "SERVER_FAILED", "TIMED_OUT"})
    void shouldRememberForAMomentThatThereIsNoAnswer(NameFailure why) {
        Future<?> first = ask("a.test");
        source.answer(0, new NotFound(why, "detail"));
        assertThat(error(first)).isEqualTo(why.error());
        pass(Duration.ofMillis(4_999));
        assertThat(error(ask("a.test"))).isEqualTo(why.error());
        assertThat(source.asked).hasSize(1);
        pass(Duration.ofMillis(1));
        ask("a.test");
        assertThat(source.asked).hasSize(2);
        assertThat(names.statistics().failures()).containsEntry(why, 2L);
    }

    @Test
    void shouldNotRememberTroubleOfThisHost() {
        Future<?> first = ask("a.test");
        source.answer(0, new NotFound(NameFailure.LOCAL, "Too many open files"));
        Failure failure = NameLookup.failure(new HostPort("a.test", 443), first.cause());
        assertThat(failure.error()).isEqualTo(ProxyError.LOCAL);
        assertThat(failure.text()).contains("a.test", "Too many open files", "LimitNOFILE");
        ask("a.test");
        assertThat(source.asked).hasSize(2);
    }

    @Test
    void shouldForgetTheNameThatNobodyAskedForLongest() {
        names = lookup(settings(Duration.ZERO, 2));
        for (String host : List.of("a.test", "b.test")) {
            ask(host);
            source.answer(source.asked.size() - 1, new Found(List.of(FOUR), 60));
        }
        assertThat(ask("a.test").isDone()).isTrue();
        ask("c.test");
        source.answer(2, new Found(List.of(FOUR), 60));
        assertThat(names.statistics().cachedNames()).isEqualTo(2);
        assertThat(ask("a.test").isDone()).isTrue();
        assertThat(ask("b.test").isDone()).isFalse();
    }

    @Test
    void shouldGoOnAskingForThoseWhoStayAndStopForTheLast() {
        Future<List<InetAddress>> leaves = ask("a.test");
        Future<List<InetAddress>> stays = ask("a.test");
        assertThat(leaves.cancel(false)).isTrue();
        assertThat(source.asked.getFirst().answer().isCancelled()).isFalse();
        assertThat(stays.cancel(false)).isTrue();
        assertThat(source.asked.getFirst().answer().isCancelled()).isTrue();
        assertThat(names.statistics().underWay()).isZero();
        assertThat(ask("a.test").isDone()).isFalse();
        assertThat(source.asked).hasSize(2);
    }

    @Test
    void shouldTellAFullLineFromAnUnknownName() {
        for (int i = 0; i < 10; i++) {
            ask("busy" + i + ".test");
        }
        Future<?> full = ask("late.test");
        assertThat(error(full)).isEqualTo(ProxyError.NAME_LINE_FULL);
        assertThat(ask("busy0.test").isDone())
                .as("joining needs no place in line")
                .isFalse();
        source.answer(3, new Found(List.of(FOUR), 0));
        assertThat(ask("late.test").isDone()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldPutTheFamilyOfThisHostFirst(boolean six) {
        ipv6First = six;
        Future<List<InetAddress>> answer = ask("a.test");
        source.answer(0, new Found(List.of(FOUR, SIX), 60));
        assertThat(answer.getNow()).containsExactly(six ? SIX : FOUR, six ? FOUR : SIX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"printer.test", "printer", "printer.test."})
    void shouldAskNobodyForNamesOfTheHostsFile(String host) {
        assertThat(ask(host).getNow()).containsExactly(InetAddress.ofLiteral("192.0.2.9"));
        assertThat(source.asked).isEmpty();
        assertThat(names.statistics().fromHosts()).isEqualTo(1);
    }

    @Test
    void shouldNoticeAChangeOfTheHostsFileEvenOfACachedName() throws IOException {
        ask("a.test");
        source.answer(0, new Found(List.of(FOUR), 60));
        Files.writeString(hosts, "192.0.2.10 a.test\nfe80::1%lo link.test\nnonsense b.test\n\n::1 six.test six.test\n");
        names.refresh();
        assertThat(ask("a.test").getNow()).containsExactly(InetAddress.ofLiteral("192.0.2.10"));
        assertThat(ask("printer.test").isDone()).isFalse();
        assertThat(ask("six.test").getNow()).contains(InetAddress.ofLiteral("::1"));
        Files.delete(hosts);
        names.refresh();
        assertThat(ask("a.test").getNow()).containsExactly(FOUR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost.", "www.localhost", "localhost6.localhost"})
    void shouldKnowLocalhostWithoutAsking(String host) {
        assertThat(ask(host).getNow())
                .containsExactly(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));
        assertThat(source.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.invalid", "invalid", "x.onion."})
    void shouldNeverAskForNamesThatAreNotInTheDns(String host) {
        assertThat(error(ask(host))).isEqualTo(ProxyError.NAME_UNKNOWN);
        assertThat(source.asked).isEmpty();
    }

    @Test
    void shouldAskForNamesThatOnlyLookLikeThose() {
        for (String host : List.of("notlocalhost", "localhost.test", "myonion", "invalid.test")) {
            assertThat(ask(host).isDone()).isFalse();
        }
    }

    @Test
    void shouldForgetEverythingWhenTheServersAreOthers() {
        ask("a.test");
        source.answer(0, new NotFound(NameFailure.UNKNOWN, ""));
        source.changed = true;
        names.refresh();
        assertThat(ask("a.test").isDone()).isFalse();
    }

    @Test
    void shouldTellWhyAndWhatToDo() {
        for (NameFailure why : NameFailure.values()) {
            Failure failure =
                    NameLookup.failure(new HostPort("a.test", 443), new NameFailedException(why, "the detail"));
            assertThat(failure.error()).isEqualTo(why.error());
            assertThat(NameFailure.of(failure.error())).isEqualTo(why);
            assertThat(failure.text()).contains("a.test").containsPattern("Check|raise");
        }
        assertThat(NameLookup.failure(new HostPort("a.test", 443), new IllegalStateException("odd"))
                        .error())
                .isEqualTo(ProxyError.LOCAL);
    }

    @Test
    void shouldHaveAClockInNanoseconds() {
        nowNanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(30);
        ask("a.test");
        source.answer(0, new Found(List.of(FOUR), 60));
        pass(Duration.ofSeconds(40)); // past the overflow
        assertThat(ask("a.test").isDone()).isTrue();
    }
}
