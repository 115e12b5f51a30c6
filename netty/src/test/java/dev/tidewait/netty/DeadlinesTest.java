package dev.tidewait.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeadlinesTest {
    private final AtomicInteger timers = new AtomicInteger();
    private final DefaultEventLoop loop = new DefaultEventLoop() {
        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            timers.incrementAndGet();
            return super.schedule(command, delay, unit);
        }
    };
    private final Deadlines deadlines = new Deadlines(loop);
    private final BlockingQueue<String> passed = new LinkedBlockingQueue<>();

    private final class Named extends Deadlines.Deadline {
        private final String name;
        private final Runnable then;

        Named(String name, Runnable then) {
            this.name = name;
            this.then = then;
        }

        Named(String name) {
            this(name, () -> {});
        }

        @Override
        void passed() {
            passed.add(name);
            then.run();
        }
    }

    @AfterEach
    void end() {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void onLoop(Runnable action) {
        loop.submit(action).syncUninterruptibly();
    }

    private String next() throws InterruptedException {
        return String.valueOf(passed.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void shouldPassInOrderOfTimeAndNotBefore() throws Exception {
        long now = Clock.nowMillis();
        onLoop(() -> {
            deadlines.set(new Named("third"), now + 60);
            deadlines.set(new Named("first"), now + 20);
            deadlines.set(new Named("second"), now + 40);
        });

        assertThat(next()).isEqualTo("first");
        assertThat(next()).isEqualTo("second");
        assertThat(next()).isEqualTo("third");
        assertThat(Clock.nowMillis()).isGreaterThanOrEqualTo(now + 60);
    }

    @Test
    void shouldNotPassWhatWasTakenBackOrPutOff() throws Exception {
        long now = Clock.nowMillis();
        List<Named> all = new ArrayList<>();
        for (String name : List.of("head", "middle", "tail", "put off")) {
            all.add(new Named(name));
        }
        onLoop(() -> {
            all.forEach(each -> deadlines.set(each, now + 20));
            for (int i = 0; i < 3; i++) {
                deadlines.takeBack(all.get(i));
                deadlines.takeBack(all.get(i));
            }
            deadlines.set(all.get(3), now + 100);
            deadlines.set(new Named("last"), now + 150);
        });

        assertThat(next()).isEqualTo("put off");
        assertThat(Clock.nowMillis()).isGreaterThanOrEqualTo(now + 100);
        assertThat(next()).isEqualTo("last");
        assertThat(all).noneMatch(Deadlines.Deadline::isSet);
    }

    /** Of two that are due together the first to pass takes the other back, sets a third, and fails. */
    @Test
    void shouldStandOneThatPassesAndChangesTheOthers() throws Exception {
        long now = Clock.nowMillis();
        Named[] pair = new Named[2];
        for (int i = 0; i < 2; i++) {
            Named again = new Named("again");
            int other = 1 - i;
            pair[i] = new Named("one of two", () -> {
                deadlines.takeBack(pair[other]);
                deadlines.set(again, now + 40);
                throw new IllegalStateException("as a test");
            });
        }
        onLoop(() -> {
            deadlines.set(pair[0], now + 20);
            deadlines.set(pair[1], now + 20);
            deadlines.set(new Named("end"), now + 80);
        });

        assertThat(next()).isEqualTo("one of two");
        assertThat(next()).isEqualTo("again");
        assertThat(next()).isEqualTo("end");
    }

    @Test
    void shouldMakeOneTimerForManyThatAreTakenBack() {
        long now = Clock.nowMillis();
        onLoop(() -> {
            for (int i = 0; i < 1_000; i++) {
                Named met = new Named("met");
                deadlines.set(met, now + 10_000 + i);
                deadlines.takeBack(met);
            }
        });

        assertThat(timers).hasValue(1);
        assertThat(passed).isEmpty();
    }
}
