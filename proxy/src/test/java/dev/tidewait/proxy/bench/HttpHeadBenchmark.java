package dev.tidewait.proxy.bench;

import dev.tidewait.proxy.http1.ClientAddress;
import dev.tidewait.proxy.http1.HeadWriter;
import dev.tidewait.proxy.http1.RequestHead;
import dev.tidewait.proxy.http1.RequestReader;
import dev.tidewait.proxy.http1.RequestReading;
import dev.tidewait.proxy.http1.ResponseReader;
import dev.tidewait.proxy.http1.ResponseReading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One head read, and written anew for the other side: a browser's request of ten fields, and the response to it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HttpHeadBenchmark {
    private static final int MAX_HEAD_BYTES = 16_384;
    private static final long NOW_EPOCH_SECONDS = 1_700_000_000;
    private static final String REQUEST = String.join(
            "\r\n",
            "GET http://www.example.org/images/logo.png?v=20240131 HTTP/1.1",
            "Host: www.example.org",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Accept: image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
            "Accept-Language: en-US,en;q=0.5",
            "Accept-Encoding: gzip, deflate",
            "Referer: http://www.example.org/index.html",
            "Connection: keep-alive",
            "Cookie: session=0123456789abcdef0123456789abcdef",
            "If-None-Match: \"5e8c0-1f4-60f0b1a2c3d40\"",
            "Cache-Control: max-age=0",
            "",
            "");
    private static final String RESPONSE = String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Date: Tue, 14 Nov 2023 22:13:20 GMT",
            "Server: Apache",
            "Last-Modified: Wed, 31 Jan 2024 08:00:00 GMT",
            "ETag: \"5e8c0-1f4-60f0b1a2c3d40\"",
            "Accept-Ranges: bytes",
            "Content-Length: 500",
            "Keep-Alive: timeout=5, max=100",
            "Connection: Keep-Alive",
            "Content-Type: image/png",
            "",
            "");

    /** Buffers that Netty does not follow to find leaks: the tests have it follow every one, with a stack trace for each use. */
    private static final UnpooledByteBufAllocator BUFFERS = new UnpooledByteBufAllocator(true, true);

    private final ByteBuf request = buffer(REQUEST);
    private final ByteBuf response = buffer(RESPONSE);
    private final ByteBuf out = BUFFERS.directBuffer(2048);
    private final RequestReader requests = new RequestReader(MAX_HEAD_BYTES);
    private final ResponseReader responses = new ResponseReader(MAX_HEAD_BYTES);
    private final HeadWriter writer = new HeadWriter("tidewait", ClientAddress.OFF);
    private final InetAddress client = InetAddress.getLoopbackAddress();
    private final RequestHead asked = read(requests, request);

    private static ByteBuf buffer(String text) {
        return BUFFERS.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    @TearDown
    public void releaseBuffers() {
        request.release();
        response.release();
        out.release();
    }

    private static RequestHead read(RequestReader reader, ByteBuf in) {
        in.readerIndex(0);
        if (reader.read(in) instanceof RequestReading.Read read) {
            return read.head();
        }
        throw new AssertionError("a whole head was refused");
    }

    @Benchmark
    public RequestHead readRequest() {
        return read(requests, request);
    }

    @Benchmark
    public ByteBuf readAndWriteRequest() {
        RequestHead head = readRequest();
        out.clear();
        writer.request(head, client, true, out);
        return out;
    }

    @Benchmark
    public ByteBuf readAndWriteResponse() {
        response.readerIndex(0);
        if (responses.read(response) instanceof ResponseReading.Read read) {
            out.clear();
            writer.response(read.head(), asked, true, NOW_EPOCH_SECONDS, out);
            return out;
        }
        throw new AssertionError("a whole head was refused");
    }
}
