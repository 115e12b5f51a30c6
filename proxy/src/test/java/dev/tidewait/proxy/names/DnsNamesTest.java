package dev.tidewait.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.Leaks;
import dev.tidewait.proxy.Until;
import dev.tidewait.proxy.names.NameAnswer.Found;
import dev.tidewait.proxy.names.NameAnswer.NotFound;
import dev.tidewait.proxy.names.TestDnsServer.Message;
import dev.tidewait.proxy.names.TestDnsServer.Query;
import dev.tidewait.proxy.names.TestDnsServer.Rr;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions to real DNS servers on loopback, which answer as the test says. */
class DnsNamesTest {
    private static final int WAIT_MILLIS = 10_000;

    static {
        Leaks.watch();
    }

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final EventLoop loop = loops.next();

    @TempDir
    private Path directory;

    private TestDnsServer one;
    private TestDnsServer two;
    private DnsNames names;

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @BeforeEach
    void open() throws IOException {
        one = new TestDnsServer();
        two = new TestDnsServer();
        names = names(false, "options timeout:1 attempts:2", one, two);
    }

    @AfterEach
    void close() throws IOException {
        names.close();
        one.close();
        two.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    private DnsNames names(boolean search, String conf, TestDnsServer... servers) throws IOException {
        Path file = Files.writeString(directory.resolve("resolv.conf"), conf + "\n");
        List<InetSocketAddress> addresses =
                List.of(servers).stream().map(TestDnsServer::address).toList();
        return new DnsNames(
                new NameSettings(
                        NameService.DNS,
                        addresses,
                        search,
                        100,
                        Duration.ZERO,
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(5),
                        100),
                file,
                new DnsClient.Channels(EpollDatagramChannel::new, EpollSocketChannel::new));
    }

    private NameAnswer ask(String host) {
        Future<NameAnswer> answer = names.ask(host, loop);
        assertThat(answer.awaitUninterruptibly(WAIT_MILLIS)).isTrue();
        return answer.getNow();
    }

    private Found found(String host) {
        NameAnswer answer = ask(host);
        assertThat(answer).isInstanceOf(Found.class);
        return (Found) answer;
    }

    private NotFound notFound(String host) {
        NameAnswer answer = ask(host);
        assertThat(answer).isInstanceOf(NotFound.class);
        return (NotFound) answer;
    }

    private static List<InetAddress> addresses(String... literals) {
        return List.of(literals).stream().map(InetAddress::ofLiteral).toList();
    }

    /** Says the truth about a.test: one address of each family. */
    private static Message both(Query query) {
        return query.isA()
                ? Message.of(Rr.a(query.name(), "192.0.2.1"))
                : Message.of(Rr.aaaa(query.name(), "2001:db8::1"));
    }

    @Test
    void shouldGiveTheAddressesOfBothFamilies() {
        one.answer(DnsNamesTest::both);
        Found found = found("a.test");
        assertThat(found.addresses()).containsExactlyInAnyOrderElementsOf(addresses("192.0.2.1", "2001:db8::1"));
        assertThat(found.ttlSeconds()).isEqualTo(60);
        assertThat(one.asked()).containsExactlyInAnyOrder("A a.test", "AAAA a.test");
        assertThat(two.asked()).isEmpty();
    }

    @Test
    void shouldGiveTheSmallestTtlAndNothingLessThanZero() {
        one.answer(query -> query.isA()
                ? Message.of(new Rr("a.test", TestDnsServer.A, 30, "192.0.2.1"), Rr.a("a.test", "192.0.2.2"))
                : Message.of());
        assertThat(found("a.test").ttlSeconds()).isEqualTo(30);
        one.answer(query -> Message.of(new Rr("b.test", TestDnsServer.A, 0, "192.0.2.1")));
        assertThat(found("b.test").ttlSeconds()).isZero();
    }

    @Test
    void shouldFollowAliasesWithinAnAnswer() {
        one.answer(query -> query.isA()
                ? Message.of(
                        Rr.a("c.test", "192.0.2.3"),
                        Rr.cname("B.test", "c.test"),
                        new Rr("a.test", TestDnsServer.CNAME, 7, "b.TEST"))
                : Message.of(Rr.cname("a.test", "b.test"), Rr.cname("b.test", "c.test")));
        Found found = found("a.test");
        assertThat(found.addresses()).isEqualTo(addresses("192.0.2.3"));
        assertThat(found.ttlSeconds()).isEqualTo(7);
    }

    @Test
    void shouldAskForWhatAnAliasStandsFor() {
        one.answer(query -> query.name().equals("a.test") ? Message.of(Rr.cname("a.test", "b.test")) : both(query));
        assertThat(found("a.test").addresses())
                .containsExactlyInAnyOrderElementsOf(addresses("192.0.2.1", "2001:db8::1"));
        assertThat(one.asked()).contains("A a.test", "A b.test", "AAAA b.test");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGiveUpWhereAliasesGoRoundInCircles(boolean inOneAnswer) {
        one.answer(query -> inOneAnswer
                ? Message.of(Rr.cname("a.test", "b.test"), Rr.cname("b.test", "a.test"))
                : Message.of(Rr.cname(query.name(), query.name().equals("a.test") ? "b.test" : "a.test")));
        two.answer(query -> Message.error(TestDnsServer.SERVFAIL));
        NotFound loop = notFound("a.test");
        assertThat(loop.why()).isEqualTo(NameFailure.SERVER_FAILED);
        assertThat(one.queries.size()).isLessThanOrEqualTo(40);
    }

    @Test
    void shouldTellANameThatDoesNotExist() {
        one.answer(query -> Message.error(TestDnsServer.NXDOMAIN));
        assertThat(notFound("a.test").why()).isEqualTo(NameFailure.UNKNOWN);
        assertThat(two.asked()).isEmpty();
    }

    @Test
    void shouldTellANameWithoutAnyAddress() {
        one.answer(query -> Message.of());
        assertThat(notFound("a.test").why()).isEqualTo(NameFailure.UNKNOWN);
    }

    /** RFC 4074, section 4.2: some servers say that a name does not exist where it has no address of a family. */
    @Test
    void shouldBelieveAnAddressMoreThanTheDenialOfTheOtherFamily() {
        one.answer(query -> query.isA() ? both(query) : Message.error(TestDnsServer.NXDOMAIN));
        assertThat(found("a.test").addresses()).isEqualTo(addresses("192.0.2.1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {TestDnsServer.SERVFAIL, TestDnsServer.REFUSED})
    void shouldAskTheNextServerWhereOneFails(int code) {
        one.answer(query -> Message.error(code));
        two.answer(DnsNamesTest::both);
        assertThat(found("a.test").addresses()).hasSize(2);
    }

    @Test
    void shouldTellWhatServersSayThatTheyCannotDo() {
        one.answer(query -> Message.error(TestDnsServer.SERVFAIL));
        two.answer(query -> Message.error(TestDnsServer.REFUSED));
        NotFound failed = notFound("a.test");
        assertThat(failed.why()).isEqualTo(NameFailure.SERVER_FAILED);
        assertThat(failed.detail()).containsIgnoringCase("refused");
        // Two rounds over two servers, for each family.
        assertThat(one.queries).hasSize(4);
        assertThat(two.queries).hasSize(4);
    }

    @Test
    void shouldTellServersThatDoNotAnswer() {
        assertThat(notFound("a.test").why()).isEqualTo(NameFailure.TIMED_OUT);
        assertThat(one.queries).hasSize(4);
        assertThat(two.queries).hasSize(4);
    }

    @Test
    void shouldAskASilentServerLast() {
        two.answer(DnsNamesTest::both);
        assertThat(found("a.test").addresses()).hasSize(2);
        assertThat(one.queries).hasSize(2);
        assertThat(found("b.test").addresses()).hasSize(2);
        assertThat(one.queries).as("not asked for the second name").hasSize(2);
    }

    @Test
    void shouldAskAgainWhenAnAnswerWasLost() {
        Map<Integer, AtomicInteger> count = new ConcurrentHashMap<>();
        names = lonely();
        one.answerMany(query ->
                count.computeIfAbsent(query.type(), type -> new AtomicInteger()).getAndIncrement() == 0
                        ? List.of()
                        : List.of(both(query)));
        assertThat(found("a.test").addresses()).hasSize(2);
        assertThat(one.queries).hasSize(4);
    }

    private DnsNames lonely() {
        try {
            names.close();
            return names(false, "options timeout:1", one);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** RFC 8305, section 3. */
    @Test
    void shouldNotWaitLongForTheOtherFamily() {
        names = lonely();
        one.answerMany(query -> query.isA() ? List.of(both(query)) : List.of());
        long asked = System.nanoTime();
        Found found = found("a.test");
        assertThat(System.nanoTime() - asked).isLessThan(TimeUnit.MILLISECONDS.toNanos(900));
        assertThat(found.addresses()).isEqualTo(addresses("192.0.2.1"));
        assertThat(found.ttlSeconds()).as("for a moment only").isEqualTo(5);
        // The late question is withdrawn: it is not asked a second time.
        assertThat(found("b.test").addresses()).hasSize(1);
        assertThat(one.asked()).containsOnlyOnce("AAAA a.test");
    }

    @Test
    void shouldAskOverTcpWhereAnAnswerWasTruncated() {
        Rr[] many = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> Rr.a("a.test", "192.0.2." + i))
                .toArray(Rr[]::new);
        one.answer(query -> query.isA() ? Message.of(many) : Message.of());
        assertThat(found("a.test").addresses()).hasSize(RecordAnswer.MOST_ADDRESSES);
        assertThat(one.asked()).contains("A a.test tcp");
    }

    @Test
    void shouldTellATruncatedAnswerWithoutTcp() throws IOException {
        names = lonely();
        one.closeTcp();
        Rr[] many = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> Rr.a("a.test", "192.0.2." + i))
                .toArray(Rr[]::new);
        one.answer(query -> query.isA() ? Message.of(many) : Message.of());
        NotFound failed = notFound("a.test");
        assertThat(failed.why()).isEqualTo(NameFailure.SERVER_FAILED);
        assertThat(failed.detail()).contains("truncated");
    }

    @Test
    void shouldNotBelieveMessagesWithAnotherIdOrQuestion() {
        Message lie = Message.of(Rr.a("a.test", "203.0.113.66"));
        one.answerMany(query -> query.isA()
                ? List.of(
                        lie.withIdOffset(1),
                        lie.withIdOffset(-1),
                        lie.withQuestion("b.test"),
                        Message.of(Rr.a("b.test", "203.0.113.66")).withQuestion("b.test"),
                        both(query))
                : List.of(Message.of()));
        assertThat(found("a.test").addresses()).isEqualTo(addresses("192.0.2.1"));
    }

    @Test
    void shouldNotTakeWhatWasNotAskedFor() {
        one.answer(query -> query.isA()
                ? Message.of(
                                Rr.a("bank.test", "203.0.113.66"),
                                Rr.cname("bank.test", "a.test"),
                                Rr.a("a.test", "192.0.2.1"),
                                Rr.aaaa("a.test", "2001:db8::66"))
                        .withAdditional(Rr.a("a.test", "203.0.113.67"), Rr.a("bank.test", "203.0.113.66"))
                : Message.of());
        assertThat(found("a.test").addresses()).isEqualTo(addresses("192.0.2.1"));
        one.answer(query -> Message.error(TestDnsServer.NXDOMAIN));
        assertThat(notFound("bank.test").why()).isEqualTo(NameFailure.UNKNOWN);
    }

    /** RFC 5452, section 9. */
    @Test
    void shouldAskFromManyPortsWithManyIds() {
        one.answer(DnsNamesTest::both);
        for (int i = 0; i < 50; i++) {
            found("n" + i + ".test");
        }
        assertThat(one.queries.stream().map(Query::sourcePort).distinct().count())
                .isGreaterThan(80);
        assertThat(one.queries.stream().map(Query::id).distinct().count()).isGreaterThan(90);
        List<Integer> ids = one.queries.stream().map(Query::id).toList();
        long successors = IntStream.range(1, ids.size())
                .filter(i -> Math.abs(ids.get(i) - ids.get(i - 1)) < 16)
                .count();
        assertThat(successors).as("ids do not follow each other").isLessThan(10);
    }

    @Test
    void shouldStopAskingWhenNobodyWants() {
        Future<NameAnswer> left = names.ask("left.test", loop);
        Until.isTrue("it was asked for", () -> one.queries.size() == 2);
        assertThat(left.cancel(false)).isTrue();
        // Takes longer than the first try of the other would have taken.
        assertThat(notFound("other.test").why()).isEqualTo(NameFailure.TIMED_OUT);
        assertThat(one.asked()).filteredOn(asked -> asked.contains("left.test")).hasSize(2);
        assertThat(two.asked()).noneMatch(asked -> asked.contains("left.test"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSearchForNamesWithoutADotOnlyAndOnlyIfToldSo(boolean search) throws IOException {
        names.close();
        names = names(search, "search corp.test lab.test", one);
        one.answer(query ->
                query.name().equals("intranet.lab.test") ? both(query) : Message.error(TestDnsServer.NXDOMAIN));
        if (search) {
            assertThat(found("intranet").addresses()).hasSize(2);
            assertThat(one.asked()).contains("A intranet.corp.test").doesNotContain("A intranet");
        } else {
            assertThat(notFound("intranet").why()).isEqualTo(NameFailure.UNKNOWN);
            assertThat(one.asked()).containsOnly("A intranet", "AAAA intranet");
        }
        one.queries.clear();
        assertThat(notFound("www.intranet").why()).isEqualTo(NameFailure.UNKNOWN);
        assertThat(notFound("intranet.").why()).isEqualTo(NameFailure.UNKNOWN);
        assertThat(one.asked()).containsOnly("A www.intranet", "AAAA www.intranet", "A intranet", "AAAA intranet");
    }

    @Test
    void shouldNoticeAChangeOfTheFile() throws IOException {
        names.close();
        names = names(true, "search corp.test", one);
        one.answer(query -> query.name().endsWith(".corp.test") ? both(query) : Message.error(TestDnsServer.NXDOMAIN));
        assertThat(found("a").addresses()).hasSize(2);
        assertThat(names.refresh()).isFalse();
        Files.writeString(directory.resolve("resolv.conf"), "search other.test # longer than before\n");
        assertThat(names.refresh()).isTrue();
        assertThat(notFound("a").why()).isEqualTo(NameFailure.UNKNOWN);
        assertThat(one.asked()).contains("A a.other.test");
    }
}
