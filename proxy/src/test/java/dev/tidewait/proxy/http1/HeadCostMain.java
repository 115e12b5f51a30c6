package dev.tidewait.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * Prints what it costs to read a request head of ten fields, and to write it anew: {@code java -cp ... HeadCostMain}. Not a test, because a
 * figure depends on the machine.
 */
final class HeadCostMain {
    private static final int ROUND = 1_000_000;
    private static final int ROUNDS = 8;
    private static final String HEAD = String.join(
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

    private HeadCostMain() {}

    public static void main(String[] args) {
        byte[] bytes = HEAD.getBytes(StandardCharsets.US_ASCII);
        ByteBuf in = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(2048);
        RequestReader reader = new RequestReader(16_384);
        HeadWriter writer = new HeadWriter("tidewait", ClientAddress.OFF);
        InetAddress client = InetAddress.getLoopbackAddress();
        long written = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < ROUND; i++) {
                in.readerIndex(0);
                written += reader.read(in) instanceof RequestReading.Read read
                        ? read.head().fields().count()
                        : 0;
            }
            long middle = System.nanoTime();
            for (int i = 0; i < ROUND; i++) {
                in.readerIndex(0);
                if (reader.read(in) instanceof RequestReading.Read read) {
                    out.clear();
                    writer.request(read.head(), client, true, out);
                    written += out.readableBytes();
                }
            }
            long end = System.nanoTime();
            System.out.printf(
                    "%d bytes: read %d ns, read and written %d ns%n",
                    bytes.length, (middle - start) / ROUND, (end - middle) / ROUND);
        }
        System.out.println("checksum " + written);
        in.release();
        out.release();
    }
}
