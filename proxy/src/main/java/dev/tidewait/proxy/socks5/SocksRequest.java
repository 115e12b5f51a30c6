package dev.tidewait.proxy.socks5;

import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.address.Printable;
import dev.tidewait.proxy.socks5.Reading.Partial;
import dev.tidewait.proxy.socks5.Reading.Unfit;
import dev.tidewait.proxy.socks5.Reading.Whole;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The request for a tunnel (RFC 1928, section 4): version, command, a zero, address type, address, port. Immutable.
 *
 * <p>CONNECT is all that is offered: BIND would listen on this host for somebody else, and UDP has no ports to save. Strict on purpose:
 * the reserved byte is zero; a name is one by {@link HostPort}, so {@code 127.1} is not guessed at; port 0 does not exist. What is
 * wrong is said as soon as it is seen, command before address type.
 */
public record SocksRequest(HostPort target) {
    static final byte VERSION = 5;
    static final byte IPV4 = 1;
    static final byte NAME = 3;
    static final byte IPV6 = 4;
    static final int IPV4_BYTES = 4;
    static final int IPV6_BYTES = 16;

    /** Four bytes, the length of a name, a name of 255 bytes, a port. */
    public static final int MAX_BYTES = 4 + 1 + 255 + 2;

    private static final int CONNECT = 1;
    private static final int BIND = 2;
    private static final int UDP_ASSOCIATE = 3;
    private static final int ADDRESS_AT = 4;
    private static final int PORT_BYTES = 2;

    /** Reads from the reader index on and moves nothing. */
    public static Reading<SocksRequest> read(ByteBuf bytes) {
        int available = bytes.readableBytes();
        int at = bytes.readerIndex();
        if (available > 0 && bytes.getByte(at) != VERSION) {
            return unfit(Reply.GENERAL_FAILURE, "its request is not of version 5");
        }
        if (available > 1 && bytes.getByte(at + 1) != CONNECT) {
            return unfit(
                    Reply.COMMAND_NOT_SUPPORTED, command(bytes.getUnsignedByte(at + 1)) + "; only CONNECT is offered");
        }
        if (available > 2 && bytes.getByte(at + 2) != 0) {
            return unfit(Reply.GENERAL_FAILURE, "the reserved byte of its request is not zero");
        }
        if (available <= ADDRESS_AT) {
            return available < ADDRESS_AT ? new Partial<>() : withoutAddress(bytes.getByte(at + 3));
        }
        return switch (bytes.getByte(at + 3)) {
            case IPV4 -> address(bytes, IPV4_BYTES);
            case IPV6 -> address(bytes, IPV6_BYTES);
            case NAME -> name(bytes);
            default -> withoutAddress(bytes.getByte(at + 3));
        };
    }

    private static Reading<SocksRequest> withoutAddress(byte type) {
        return type == IPV4 || type == IPV6 || type == NAME
                ? new Partial<>()
                : unfit(
                        Reply.ADDRESS_TYPE_NOT_SUPPORTED,
                        "its request has an address of type " + (type & 0xff)
                                + "; IPv4 (1), a name (3) and IPv6 (4) are known");
    }

    private static Reading<SocksRequest> address(ByteBuf bytes, int addressBytes) {
        int length = ADDRESS_AT + addressBytes + PORT_BYTES;
        if (bytes.readableBytes() < length) {
            return new Partial<>();
        }
        byte[] address = new byte[addressBytes];
        bytes.getBytes(bytes.readerIndex() + ADDRESS_AT, address);
        return whole(Addresses.text(IpLiteral.fromBytes(address)), bytes, length);
    }

    private static Reading<SocksRequest> name(ByteBuf bytes) {
        int at = bytes.readerIndex() + ADDRESS_AT;
        int nameLength = bytes.getUnsignedByte(at);
        if (nameLength == 0) {
            return unfit(Reply.GENERAL_FAILURE, "the name in its request is empty");
        }
        int length = ADDRESS_AT + 1 + nameLength + PORT_BYTES;
        if (bytes.readableBytes() < length) {
            return new Partial<>();
        }
        return whole(bytes.toString(at + 1, nameLength, StandardCharsets.ISO_8859_1), bytes, length);
    }

    private static Reading<SocksRequest> whole(String host, ByteBuf bytes, int length) {
        int port = bytes.getUnsignedShort(bytes.readerIndex() + length - PORT_BYTES);
        try {
            return new Whole<>(new SocksRequest(new HostPort(host, port)), length);
        } catch (IllegalArgumentException wrong) {
            return unfit(
                    Reply.GENERAL_FAILURE,
                    "its request for '" + Printable.of(host) + "' port " + port + " is wrong: " + wrong.getMessage());
        }
    }

    private static String command(int code) {
        return switch (code) {
            case BIND -> "it asks for BIND";
            case UDP_ASSOCIATE -> "it asks for UDP ASSOCIATE";
            default -> "it asks for command " + code + ", which does not exist";
        };
    }

    private static Reading<SocksRequest> unfit(Reply reply, String text) {
        return new Unfit<>(Answer.refused(reply), text);
    }
}
