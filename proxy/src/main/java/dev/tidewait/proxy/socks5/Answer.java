package dev.tidewait.proxy.socks5;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a server says, as bytes. Immutable. */
public final class Answer {
    /** To somebody who speaks another protocol. */
    public static final Answer NOTHING = new Answer();

    /** "Request rejected or failed", in the words of SOCKS 4, so that its clients say so at once. */
    public static final Answer SOCKS4_REJECTED = new Answer(0, 0x5b, 0, 0, 0, 0, 0, 0);

    /** None of the methods offered will do; the connection is closed behind it (RFC 1928, section 3). */
    public static final Answer NO_METHOD = new Answer(SocksRequest.VERSION, 0xff);

    public static final Answer PASSWORD_RIGHT = new Answer(PasswordRequest.VERSION, 0);

    /** The connection is closed behind it (RFC 1929, section 2). */
    public static final Answer PASSWORD_WRONG = new Answer(PasswordRequest.VERSION, 1);

    private static final int ADDRESS_AT = 4;
    private static final int PORT_BYTES = 2;

    private final byte[] bytes;

    private Answer(int... values) {
        bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
    }

    private Answer(Reply reply, byte[] host, int port) {
        bytes = new byte[ADDRESS_AT + host.length + PORT_BYTES];
        bytes[0] = SocksRequest.VERSION;
        bytes[1] = (byte) reply.code();
        bytes[3] = host.length == SocksRequest.IPV4_BYTES ? SocksRequest.IPV4 : SocksRequest.IPV6;
        System.arraycopy(host, 0, bytes, ADDRESS_AT, host.length);
        bytes[bytes.length - 2] = (byte) (port >> 8);
        bytes[bytes.length - 1] = (byte) port;
    }

    public static Answer chosen(Method method) {
        return new Answer(SocksRequest.VERSION, method.code());
    }

    /** Where there is no connection, 0.0.0.0 and port 0 stand for its address. The client's connection is closed behind it. */
    public static Answer refused(Reply why) {
        return new Answer(why, new byte[SocksRequest.IPV4_BYTES], 0);
    }

    /**
     * The tunnel is open.
     *
     * @param source address and port of the outgoing connection
     */
    public static Answer connected(InetSocketAddress source) {
        return new Answer(Reply.SUCCEEDED, source.getAddress().getAddress(), source.getPort());
    }

    /** A new buffer, to be released by the caller. */
    public ByteBuf toBuffer() {
        return Unpooled.wrappedBuffer(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Answer answer && Arrays.equals(bytes, answer.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Hexadecimal. */
    @Override
    public String toString() {
        return ByteBufUtil.hexDump(bytes);
    }
}
