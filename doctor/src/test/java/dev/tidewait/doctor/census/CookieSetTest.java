package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CookieSetTest {
    @Test
    void shouldHoldWhatWasAdded() {
        CookieSet cookies = new CookieSet();
        Set<Long> model = new HashSet<>();
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            long cookie = 1 + random.nextLong(100_000);
            cookies.add(cookie);
            model.add(cookie);
        }
        for (long cookie = 0; cookie <= 100_001; cookie++) {
            assertThat(cookies.contains(cookie)).isEqualTo(model.contains(cookie));
        }
        assertThat(cookies.isComplete()).isTrue();
    }

    @Test
    void shouldStopAtItsLimitAndSaySo() {
        CookieSet cookies = new CookieSet();
        for (long cookie = 1; cookie <= CookieSet.LIMIT; cookie++) {
            cookies.add(cookie);
        }
        assertThat(cookies.isComplete()).isTrue();

        cookies.add(CookieSet.LIMIT + 1);

        assertThat(cookies.isComplete()).isFalse();
        assertThat(cookies.contains(CookieSet.LIMIT)).isTrue();
        assertThat(cookies.contains(CookieSet.LIMIT + 1)).isFalse();
    }
}
