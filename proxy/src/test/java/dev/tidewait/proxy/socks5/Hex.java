package dev.tidewait.proxy.socks5;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;

/** Messages written as hexadecimal, with blanks where they help to read. No state. */
final class Hex {
    private Hex() {}

    static byte[] bytes(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    static ByteBuf buffer(byte[] bytes) {
        return Unpooled.wrappedBuffer(bytes);
    }

    static ByteBuf buffer(String text) {
        return buffer(bytes(text));
    }
}
