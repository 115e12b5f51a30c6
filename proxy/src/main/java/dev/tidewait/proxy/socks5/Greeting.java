package dev.tidewait.proxy.socks5;

import dev.tidewait.proxy.socks5.Reading.Partial;
import dev.tidewait.proxy.socks5.Reading.Unfit;
import dev.tidewait.proxy.socks5.Reading.Whole;
import io.netty.buffer.ByteBuf;
import java.util.EnumSet;
import java.util.Set;

/**
 * A client's first message (RFC 1928, section 3): version, number of methods, methods. Immutable.
 *
 * @param offered those of its methods that are known here
 */
public record Greeting(Set<Method> offered) {
    /** Version, number of methods, and at most 255 of them. */
    public static final int MAX_BYTES = 2 + 255;

    private static final int TLS_HANDSHAKE = 0x16;
    private static final int SOCKS4 = 4;

    public Greeting {
        offered = Set.copyOf(offered);
    }

    /** Reads from the reader index on and moves nothing. */
    public static Reading<Greeting> read(ByteBuf bytes) {
        int available = bytes.readableBytes();
        int at = bytes.readerIndex();
        if (available > 0 && bytes.getByte(at) != SocksRequest.VERSION) {
            return stranger(bytes.getByte(at));
        }
        if (available < 2) {
            return new Partial<>();
        }
        int methodCount = bytes.getUnsignedByte(at + 1);
        if (methodCount == 0) {
            return new Unfit<>(Answer.NO_METHOD, "its greeting offers no method at all");
        }
        if (available < 2 + methodCount) {
            return new Partial<>();
        }
        Set<Method> offered = EnumSet.noneOf(Method.class);
        for (int i = 0; i < methodCount; i++) {
            Method.of(bytes.getUnsignedByte(at + 2 + i)).ifPresent(offered::add);
        }
        return new Whole<>(new Greeting(offered), 2 + methodCount);
    }

    private static Reading<Greeting> stranger(byte first) {
        if (first == SOCKS4) {
            return new Unfit<>(
                    Answer.SOCKS4_REJECTED, "it speaks SOCKS4, and this listener SOCKS5; set socks5:// in the client");
        }
        if (first == TLS_HANDSHAKE) {
            return new Unfit<>(
                    Answer.NOTHING,
                    "it begins a TLS handshake, and this listener speaks SOCKS5; set socks5:// in the client, and TLS goes"
                            + " through it");
        }
        boolean letter = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
        return new Unfit<>(
                Answer.NOTHING,
                letter
                        ? "it seems to speak HTTP, and this listener SOCKS5; set socks5:// in the client, or name a listener of"
                                + " type http-proxy"
                        : "it does not speak SOCKS5");
    }
}
