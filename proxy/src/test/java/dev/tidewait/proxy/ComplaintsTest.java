package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.failure.ProxyError;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the operator is told, and how often. */
class ComplaintsTest {
    @Test
    void shouldNotLetOneKindDrownTheOthers() {
        try (LogLines lines = new LogLines()) {
            Complaints complaints = new Complaints(LoggerFactory.getLogger("complaints"));
            for (int i = 0; i < 100; i++) {
                complaints.of(ProxyError.LOGIN_WRONG, () -> "wrong password");
            }
            complaints.of(ProxyError.NO_PORT, () -> "no port");
            complaints.of(ProxyError.NAME_TIMEOUT, () -> "silent name service");
            assertThat(lines.containing("wrong password")).hasSize(5);
            assertThat(lines.containing("no port")).hasSize(1);
            assertThat(lines.containing("silent name service")).hasSize(1);
        }
    }

    @Test
    void shouldSayNothingOfWhatTheOperatorCannotChange() {
        try (LogLines lines = new LogLines()) {
            Complaints complaints = new Complaints(LoggerFactory.getLogger("complaints"));
            complaints.of(ProxyError.BAD_REQUEST, () -> "strange client");
            complaints.of(ProxyError.REFUSED, () -> "server down");
            complaints.of(ProxyError.PROXY_AUTH_REQUIRED, () -> "first request");
            assertThat(lines.containing("complaints")).isEmpty();
        }
    }
}
