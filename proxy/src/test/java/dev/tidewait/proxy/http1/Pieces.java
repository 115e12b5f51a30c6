package dev.tidewait.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The same bytes, cut in several ways. One char for each byte. */
final class Pieces {
    private Pieces() {}

    static List<ByteBuf> whole(String text) {
        return List.of(buffer(text));
    }

    static List<ByteBuf> single(String text) {
        return text.chars().mapToObj(c -> buffer(Character.toString(c))).toList();
    }

    static List<ByteBuf> random(String text, Random random) {
        List<ByteBuf> pieces = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextBoolean() ? 4 : 60));
            pieces.add(buffer(text.substring(at, end)));
            at = end;
        }
        return pieces;
    }

    static ByteBuf buffer(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
