package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How evenly clients are spread over two event loops. */
class LoopChoiceTest {
    private static final int CLIENTS = 150;

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    /** All clients of one loop leave and come back: as the kernel deals them out, half of them join those of the other loop. */
    @ParameterizedTest
    @EnumSource
    void shouldKeepClientsSpreadWhenThoseOfOneLoopComeBack(Transport kind) throws IOException {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT);
                Tunnels tunnels = new Tunnels(bench)) {
            tunnels.open(CLIENTS);
            EventLoop first = bench.loops.all().getFirst();
            int left = tunnels.closeThoseOf(first);
            Until.isTrue("they have left", () -> bench.server.activeCount() == CLIENTS - left);
            tunnels.open(left);
            assertThat(tunnels.countOf(first)).isBetween(CLIENTS / 2 - 12, CLIENTS / 2 + 12);
        }
    }

    /** From clients through the bench to its origin; they are opened one after the other, so it is known which loop serves each. */
    private static final class Tunnels implements AutoCloseable {
        private record Tunnel(Socket client, Socket server, EventLoop loop) {
            void close() throws IOException {
                client.close();
                server.close();
            }
        }

        private final Bench bench;
        private final List<Tunnel> open = new ArrayList<>();

        Tunnels(Bench bench) {
            this.bench = bench;
        }

        void open(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                Socket client = bench.client();
                Socket server = bench.accepted();
                open.add(new Tunnel(
                        client, server, bench.connector.requests.getLast().loop()));
            }
        }

        int countOf(EventLoop loop) {
            return thoseOf(loop).size();
        }

        private List<Tunnel> thoseOf(EventLoop loop) {
            return open.stream().filter(tunnel -> tunnel.loop().equals(loop)).toList();
        }

        int closeThoseOf(EventLoop loop) throws IOException {
            List<Tunnel> leaving = thoseOf(loop);
            for (Tunnel tunnel : leaving) {
                tunnel.close();
            }
            open.removeAll(leaving);
            return leaving.size();
        }

        @Override
        public void close() throws IOException {
            for (Tunnel tunnel : open) {
                tunnel.close();
            }
        }
    }
}
