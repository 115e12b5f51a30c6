package dev.tidewait.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.Until;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A name service that answers only when the test says so. */
class NameLookupTest {
    private static final int THREADS = 16;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final Semaphore answers = new Semaphore(0);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final NameLookup names = new NameLookup(this::resolve);

    @AfterEach
    void close() {
        names.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    private InetAddress[] resolve(String host) throws UnknownHostException {
        asked.add(host);
        try {
            answers.acquire();
        } catch (InterruptedException e) {
            throw new UnknownHostException("stopped");
        }
        if (host.equals("unknown.test")) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }

    @Test
    void shouldAskOnceForAllWhoWantTheSameName() {
        List<Future<List<InetAddress>>> waiting = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            waiting.add(names.lookUp("a.test", loop));
        }
        Future<List<InetAddress>> unknown = names.lookUp("unknown.test", loop);
        answers.release(2);
        assertThat(waiting).allSatisfy(answer -> {
            assertThat(answer.awaitUninterruptibly(5_000)).isTrue();
            assertThat(answer.getNow()).containsExactly(InetAddress.getLoopbackAddress());
        });
        assertThat(unknown.awaitUninterruptibly(5_000)).isTrue();
        assertThat(unknown.cause()).isInstanceOf(UnknownHostException.class);
        assertThat(asked).containsExactlyInAnyOrder("a.test", "unknown.test");
    }

    @Test
    void shouldAskAgainAfterAnAnswer() {
        answers.release(2);
        for (int i = 0; i < 2; i++) {
            assertThat(names.lookUp("a.test", loop).awaitUninterruptibly(5_000)).isTrue();
        }
        assertThat(asked).hasSize(2);
    }

    @Test
    void shouldNotAskForWhomNobodyWaitsAnyMore() {
        for (int i = 0; i < THREADS; i++) {
            names.lookUp("busy" + i + ".test", loop);
        }
        // More than fit into the line, but each leaves before the next comes.
        for (int i = 0; i < 2 * NameLookup.LINE_LENGTH; i++) {
            Future<List<InetAddress>> left = names.lookUp("left" + i + ".test", loop);
            assertThat(left.isDone()).isFalse();
            assertThat(left.cancel(false)).isTrue();
            Until.isTrue("it has left", () -> left.isDone() && loopIsIdle());
        }
        Future<List<InetAddress>> wanted = names.lookUp("wanted.test", loop);
        answers.release(THREADS + 1);
        assertThat(wanted.awaitUninterruptibly(5_000)).isTrue();
        assertThat(wanted.isSuccess()).isTrue();
        assertThat(asked).hasSize(THREADS + 1).noneMatch(host -> host.startsWith("left"));
    }

    private boolean loopIsIdle() {
        return loop.submit(() -> {}).awaitUninterruptibly(5_000);
    }

    @Test
    void shouldGoOnAskingForThoseWhoStay() {
        Future<List<InetAddress>> leaves = names.lookUp("a.test", loop);
        Future<List<InetAddress>> stays = names.lookUp("a.test", loop);
        assertThat(leaves.cancel(false)).isTrue();
        answers.release(1);
        assertThat(stays.awaitUninterruptibly(5_000)).isTrue();
        assertThat(stays.isSuccess()).isTrue();
    }

    @Test
    void shouldTellAFullLineFromAnUnknownName() {
        for (int i = 0; i < THREADS + NameLookup.LINE_LENGTH; i++) {
            names.lookUp("busy" + i + ".test", loop);
        }
        Throwable full = names.lookUp("late.test", loop).cause();
        assertThat(full).isNotNull();
        Failure failure = NameLookup.failure(new HostPort("late.test", 443), full);
        assertThat(failure.error()).isEqualTo(ProxyError.NAME_LINE_FULL);
        assertThat(failure.text()).contains("late.test", "/etc/resolv.conf");
        // Joining a question needs no place in line.
        assertThat(names.lookUp("busy0.test", loop).isDone()).isFalse();
    }
}
