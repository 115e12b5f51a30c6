package dev.tidewait.examples;

import dev.tidewait.netty.OutgoingPorts;
import dev.tidewait.netty.PortSettings;
import dev.tidewait.netty.Transport;
import dev.tidewait.ports.PortSet;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** {@link LeasedClient} under load: HOST PORT IN-FLIGHT SECONDS [FIRST-PORT LAST-PORT]. */
public final class SustainedClient {
    private final LongAdder served = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final InetSocketAddress server;
    private final long endNanos;
    private final CountDownLatch running;

    private SustainedClient(InetSocketAddress server, int inFlight, long seconds) {
        this.server = server;
        this.endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        this.running = new CountDownLatch(inFlight);
    }

    public static void main(String[] args) throws InterruptedException {
        InetSocketAddress server = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        int inFlight = Integer.parseInt(args[2]);
        long seconds = Long.parseLong(args[3]);
        PortSettings settings = args.length < 6 ? PortSettings.DEFAULT : onlyPorts(args[4], args[5]);
        EventLoopGroup loops = Transport.best().newGroup(1, "client");
        try (OutgoingPorts ports = OutgoingPorts.open(settings, Transport.best(), loops)) {
            SustainedClient load = new SustainedClient(server, inFlight, seconds);
            for (int i = 0; i < inFlight; i++) {
                load.ask(new LeasedClient(ports), loops.next());
            }
            load.running.await();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
            System.out.printf(
                    "{\"served\":%d,\"failed\":%d,\"seconds\":%d}%n", load.served.sum(), load.failed.sum(), seconds);
        }
    }

    private static PortSettings onlyPorts(String first, String last) {
        PortSettings all = PortSettings.DEFAULT;
        return new PortSettings(
                Optional.of(PortSet.range(Integer.parseInt(first), Integer.parseInt(last))),
                all.sources(),
                all.floors(),
                all.destinations(),
                all.dedicatedHost(),
                all.mostDestinations(),
                all.mostWaiting());
    }

    private void ask(LeasedClient client, EventLoop loop) {
        if (System.nanoTime() >= endNanos) {
            running.countDown();
            return;
        }
        client.ask(loop, server).addListener(done -> {
            (done.isSuccess() ? served : failed).increment();
            ask(client, loop);
        });
    }
}
