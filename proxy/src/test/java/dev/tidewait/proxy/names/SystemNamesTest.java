package dev.tidewait.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.names.NameAnswer.NotFound;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A resolver that answers only when the test says so. */
class SystemNamesTest {
    private static final int LINE = 100;
    private static final int WAIT_MILLIS = 5_000;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final Semaphore answers = new Semaphore(0);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final SystemNames names = new SystemNames(this::resolve, LINE);

    @AfterEach
    void close() {
        names.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(WAIT_MILLIS);
    }

    private InetAddress[] resolve(String host) throws UnknownHostException {
        asked.add(host);
        try {
            answers.acquire();
        } catch (InterruptedException e) {
            throw new UnknownHostException("stopped");
        }
        return switch (host) {
            case "unknown.test" -> throw new UnknownHostException(host + ": Name or service not known");
            case "later.test" -> throw new UnknownHostException(host + ": Temporary failure in name resolution");
            default -> new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
    }

    private NameAnswer answer(Future<NameAnswer> question) {
        assertThat(question.awaitUninterruptibly(WAIT_MILLIS)).isTrue();
        return question.getNow();
    }

    @Test
    void shouldGiveWhatTheHostKnowsAndRememberNothing() {
        answers.release();
        assertThat(answer(names.ask("a.test", loop)))
                .isEqualTo(new NameAnswer.Found(List.of(InetAddress.getLoopbackAddress()), 0));
    }

    @ParameterizedTest
    @CsvSource({"unknown.test, UNKNOWN", "later.test, SERVER_FAILED"})
    void shouldTellANameThatIsUnknownFromAServiceThatFails(String host, NameFailure why) {
        answers.release();
        assertThat(answer(names.ask(host, loop)))
                .isInstanceOfSatisfying(
                        NotFound.class, none -> assertThat(none.why()).isEqualTo(why));
    }

    @Test
    void shouldNotAskForWhomNobodyWaitsAnyMore() {
        for (int i = 0; i < SystemNames.THREADS; i++) {
            names.ask("busy" + i + ".test", loop);
        }
        // More than fit into the line, but each leaves before the next comes.
        for (int i = 0; i < 2 * LINE; i++) {
            Future<NameAnswer> left = names.ask("left" + i + ".test", loop);
            assertThat(left.isDone()).isFalse();
            assertThat(left.cancel(false)).isTrue();
            assertThat(loop.submit(() -> {}).awaitUninterruptibly(WAIT_MILLIS)).isTrue();
        }
        Future<NameAnswer> wanted = names.ask("wanted.test", loop);
        answers.release(SystemNames.THREADS + 1);
        assertThat(answer(wanted)).isInstanceOf(NameAnswer.Found.class);
        assertThat(asked).hasSize(SystemNames.THREADS + 1).noneMatch(host -> host.startsWith("left"));
    }

    @Test
    void shouldTellAFullLine() {
        for (int i = 0; i < SystemNames.THREADS + LINE; i++) {
            names.ask("busy" + i + ".test", loop);
        }
        assertThat(answer(names.ask("late.test", loop))).isEqualTo(new NotFound(NameFailure.LINE_FULL, ""));
    }
}
