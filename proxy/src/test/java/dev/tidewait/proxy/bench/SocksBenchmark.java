package dev.tidewait.proxy.bench;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.socks5.Answer;
import dev.tidewait.proxy.socks5.Greeting;
import dev.tidewait.proxy.socks5.Method;
import dev.tidewait.proxy.socks5.Reading;
import dev.tidewait.proxy.socks5.SocksRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A SOCKS5 handshake without a password: greeting and request read, both answers made. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SocksBenchmark {
    private static final byte[] GREETING = {5, 1, 0};
    private static final byte[] TO_IPV4 = {5, 1, 0, 1, (byte) 192, 0, 2, 7, 1, (byte) 187};
    private static final byte[] TO_NAME = {5, 1, 0, 3, 15};
    private static final byte[] NAME = "www.example.org".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PORT_443 = {1, (byte) 187};

    @Param({"address", "name"})
    String destination = "";

    private final InetSocketAddress source = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    /** Not followed to find leaks, see {@link HttpHeadBenchmark}. */
    private final ByteBuf in = new UnpooledByteBufAllocator(true, true).directBuffer();

    @Setup
    public void writeMessages() {
        in.clear().writeBytes(GREETING);
        if (destination.equals("name")) {
            in.writeBytes(TO_NAME).writeBytes(NAME).writeBytes(PORT_443);
        } else {
            in.writeBytes(TO_IPV4);
        }
    }

    @TearDown
    public void releaseBuffer() {
        in.release();
    }

    @Benchmark
    public HostPort handshake() {
        in.readerIndex(0);
        if (Greeting.read(in) instanceof Reading.Whole<Greeting> greeting
                && greeting.message().offered().contains(Method.NONE)) {
            in.skipBytes(greeting.byteCount());
            Answer.chosen(Method.NONE).toBuffer().release();
            if (SocksRequest.read(in) instanceof Reading.Whole<SocksRequest> request) {
                in.skipBytes(request.byteCount());
                Answer.connected(source).toBuffer().release();
                return request.message().target();
            }
        }
        throw new AssertionError("a whole handshake was refused");
    }
}
