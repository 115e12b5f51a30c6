package dev.tidewait.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.fixture.Host;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In a namespace of its own. Needs root. */
class PortBlockLockTest {
    private Host host;

    @BeforeEach
    void start() {
        host = Host.start("host");
    }

    @AfterEach
    void end() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void shouldClaimEachBlockThatTheSetTouches() {
        try (PortBlockLock lock = (PortBlockLock) acquire("1024,2047,5000-6200")) {
            assertThat(lock.blockCount()).isEqualTo(4); // 1024-, 4096-, 5120-, 6144-
        }
    }

    @Test
    void shouldRefuseASecondOwnerAndNameTheFirst() {
        try (PortBlockLock lock = (PortBlockLock) acquire("30000-40000")) {
            assertThat(lock.blockCount()).isPositive();

            PortBlockAnswer.HeldByAnother held = (PortBlockAnswer.HeldByAnother) acquire("1024-30500");

            assertThat(held.block()).isEqualTo(new PortRange(29_696, 30_719));
            assertThat(held.processId()).isEqualTo((int) ProcessHandle.current().pid());
            assertThat(held.message())
                    .contains(
                            "29696-30719", "process " + ProcessHandle.current().pid(), "ss -xlp");
        }
    }

    @Test
    void shouldHoldNothingAfterARefusal() {
        try (PortBlockLock lock = (PortBlockLock) acquire("30000-40000")) {
            assertThat(acquire("1024-30500")).isInstanceOf(PortBlockAnswer.HeldByAnother.class);

            try (PortBlockLock below = (PortBlockLock) acquire("1024-20000")) {
                assertThat(below.blockCount() + lock.blockCount()).isPositive();
            }
        }
    }

    @Test
    void shouldBeFreeAfterClose() {
        PortBlockLock lock = (PortBlockLock) acquire("30000-40000");
        lock.close();
        lock.close();

        try (PortBlockLock next = (PortBlockLock) acquire("30000-40000")) {
            assertThat(next.blockCount()).isPositive();
        }
    }

    @Test
    void shouldNameTheOwnerHoweverOftenItIsAsked() {
        try (PortBlockLock lock = (PortBlockLock) acquire("30000")) {
            assertThat(lock.blockCount()).isEqualTo(1);
            for (int i = 0; i < 100; i++) {
                PortBlockAnswer.HeldByAnother held = (PortBlockAnswer.HeldByAnother) acquire("30000");
                assertThat(held.message()).contains("29696-30719");
            }
        }
    }

    @Test
    void shouldNotMindTheSameBlockInAnotherNamespace() {
        try (Host other = Host.start("other");
                PortBlockLock here = (PortBlockLock) acquire("30000");
                PortBlockLock there =
                        (PortBlockLock) other.call(() -> PortBlockLock.acquire(PortBits.parse("30000")))) {
            assertThat(here.blockCount()).isEqualTo(there.blockCount());
        }
    }

    private PortBlockAnswer acquire(String ports) {
        return host.call(() -> PortBlockLock.acquire(PortBits.parse(ports)));
    }
}
