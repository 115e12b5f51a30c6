package dev.tidewait.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RefusalTest {
    /** What the C library says where LC_ALL is de_DE.UTF-8. */
    @ParameterizedTest
    @CsvSource({
        "'bind(..) failed with error(-99): Die angeforderte Adresse kann nicht zugewiesen werden', SOURCE_GONE",
        "'connect(..) failed with error(-99): Die angeforderte Adresse kann nicht zugewiesen werden', TUPLE_IN_USE",
        "'io_uring connect(..) failed with error(-99): Die angeforderte Adresse kann nicht zugewiesen werden', TUPLE_IN_USE",
        "'bind(..) failed with error(-98): Die Adresse wird bereits verwendet', PORT_IN_USE",
        "'finishConnect(..) failed with error(-104): Verbindung vom Kommunikationspartner zurückgesetzt', RESET",
        "'finishConnect(..) failed with error(-110): Die Wartezeit für die Verbindung ist abgelaufen', TIMED_OUT",
        "'finishConnect(..) failed with error(-111): Verbindungsaufbau abgelehnt: /10.0.0.2:80', REFUSED",
        "'connect(..) failed with error(-101): Das Netzwerk ist nicht erreichbar', UNREACHABLE",
        "'connect(..) failed with error(-1): Die Operation ist nicht erlaubt', LOCAL"
    })
    void shouldTellErrorsApartInEveryLanguage(String message, Refusal expected) {
        assertThat(Refusal.of(new ConnectException(message))).isEqualTo(expected);
        assertThat(Refusal.of(new IOException(message))).isEqualTo(expected);
    }

    @Test
    void shouldReadWhatNettyItselfThrows() {
        Epoll.ensureAvailability(); // loads the native code that Errors needs
        assertThat(Refusal.of(Errors.newIOException("bind", -99))).isEqualTo(Refusal.SOURCE_GONE);
        assertThat(Refusal.of(catchThrowable(() -> Errors.handleConnectErrno("connect", -99))))
                .isEqualTo(Refusal.TUPLE_IN_USE);
        assertThat(Refusal.of(catchThrowable(() -> Errors.handleConnectErrno("finishConnect", -111))))
                .isEqualTo(Refusal.REFUSED);
        assertThat(Refusal.of(catchThrowable(() -> Errors.handleConnectErrno("finishConnect", -113))))
                .isEqualTo(Refusal.UNREACHABLE);
    }

    @Test
    void shouldTellNiosErrorsApartByTheirClassWhereTheTextSaysNothing() {
        SocketException wrapped = new SocketException("Die Adresse wird bereits verwendet: /10.0.0.2:80");
        wrapped.initCause(new BindException("Die Adresse wird bereits verwendet"));
        assertThat(Refusal.of(wrapped).isTuple()).isTrue();
        assertThat(Refusal.of(new ConnectException("Verbindungsaufbau abgelehnt")))
                .isEqualTo(Refusal.REFUSED);
        assertThat(Refusal.of(new ConnectException("Connection timed out"))).isEqualTo(Refusal.TIMED_OUT);
        assertThat(Refusal.of(new NoRouteToHostException())).isEqualTo(Refusal.UNREACHABLE);
    }

    @Test
    void shouldNameAnErrorWithoutText() {
        Destination destination = new Destination(IpAddress.of(new byte[] {10, 0, 0, 2}), 80);
        assertThat(Refusal.LOCAL.message(destination, new InetSocketAddress(20_000), new IOException()))
                .contains("10.0.0.2:80")
                .contains("IOException");
    }
}
