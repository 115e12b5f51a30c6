package dev.tidewait.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolvConfTest {
    private static ResolvConf read(String text) {
        return ResolvConf.read(text.lines().toList());
    }

    private static InetSocketAddress server(String literal) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), 53);
    }

    @Test
    void shouldReadWhatTheManualPageDescribes() {
        ResolvConf conf = read("""
                # comment
                ; comment
                domain old.test
                search Corp.test lab.test.
                nameserver 192.0.2.53
                nameserver\t2001:db8::53   # behind it
                options ndots:5 timeout:3 attempts:4 rotate edns0
                """);
        assertThat(conf.servers()).containsExactly(server("192.0.2.53"), server("2001:db8::53"));
        assertThat(conf.search()).containsExactly("corp.test", "lab.test");
        assertThat(conf.timeoutSeconds()).isEqualTo(3);
        assertThat(conf.attempts()).isEqualTo(4);
        assertThat(conf.rotate()).isTrue();
    }

    @Test
    void shouldAskThisHostWhereThereIsNoFile() {
        ResolvConf conf = ResolvConf.read(List.of());
        assertThat(conf.servers()).containsExactly(server("127.0.0.1"));
        assertThat(conf.search()).isEmpty();
        assertThat(conf.timeoutSeconds()).isEqualTo(2);
        assertThat(conf.attempts()).isEqualTo(2);
        assertThat(conf.rotate()).isFalse();
    }

    @Test
    void shouldTakeThreeServersAndPassOverNonsense() {
        ResolvConf conf = read("""
                nameserver
                nameserver name.test
                nameserver 192.0.2.1
                nameserver 192.0.2.2
                nameserver 192.0.2.3
                nameserver 192.0.2.4
                options timeout:x attempts:0 timeout:99
                """);
        assertThat(conf.servers()).containsExactly(server("192.0.2.1"), server("192.0.2.2"), server("192.0.2.3"));
        assertThat(conf.timeoutSeconds()).isEqualTo(30);
        assertThat(conf.attempts()).isEqualTo(1);
    }

    @Test
    void shouldBeginWithAnotherServerEachTimeIfToldSo() {
        ServerOrder order = new ServerOrder(read("nameserver 192.0.2.1\nnameserver 192.0.2.2\noptions rotate\n"));
        assertThat(order.next(0)).containsExactly(server("192.0.2.1"), server("192.0.2.2"));
        assertThat(order.next(0)).containsExactly(server("192.0.2.2"), server("192.0.2.1"));
    }

    @Test
    void shouldPutASilentServerAtTheEndForHalfAMinute() {
        ServerOrder order = new ServerOrder(read("nameserver 192.0.2.1\nnameserver 192.0.2.2\n"));
        order.silent(server("192.0.2.1"), 0);
        assertThat(order.next(29_999_999_999L)).containsExactly(server("192.0.2.2"), server("192.0.2.1"));
        assertThat(order.next(30_000_000_000L)).containsExactly(server("192.0.2.1"), server("192.0.2.2"));
        order.silent(server("192.0.2.1"), 0);
        order.answered(server("192.0.2.1"));
        assertThat(order.next(1)).containsExactly(server("192.0.2.1"), server("192.0.2.2"));
    }
}
