package dev.tidewait.proxy.socks5;

import dev.tidewait.proxy.socks5.Reading.Partial;
import dev.tidewait.proxy.socks5.Reading.Unfit;
import dev.tidewait.proxy.socks5.Reading.Whole;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * User and password (RFC 1929, section 2); both have 1 to 255 bytes, read as UTF-8. Immutable.
 *
 * <p>{@link #toString()} leaves the password out.
 */
public record PasswordRequest(String user, String password) {
    /** Of this message, not of SOCKS. */
    static final int VERSION = 1;

    /** Version, two lengths, two texts of 255 bytes. */
    public static final int MAX_BYTES = 3 + 2 * 255;

    /** Reads from the reader index on and moves nothing. */
    public static Reading<PasswordRequest> read(ByteBuf bytes) {
        int available = bytes.readableBytes();
        int at = bytes.readerIndex();
        if (available > 0 && bytes.getByte(at) != VERSION) {
            return unfit("its user and password do not come in the form of RFC 1929");
        }
        if (available < 2) {
            return new Partial<>();
        }
        int userLength = bytes.getUnsignedByte(at + 1);
        if (userLength == 0) {
            return unfit("its user name is empty");
        }
        if (available < 3 + userLength) {
            return new Partial<>();
        }
        int passwordLength = bytes.getUnsignedByte(at + 2 + userLength);
        if (passwordLength == 0) {
            return unfit("its password is empty");
        }
        int length = 3 + userLength + passwordLength;
        if (available < length) {
            return new Partial<>();
        }
        return new Whole<>(
                new PasswordRequest(
                        bytes.toString(at + 2, userLength, StandardCharsets.UTF_8),
                        bytes.toString(at + 3 + userLength, passwordLength, StandardCharsets.UTF_8)),
                length);
    }

    private static Reading<PasswordRequest> unfit(String text) {
        return new Unfit<>(Answer.PASSWORD_WRONG, text);
    }

    @Override
    public String toString() {
        return "PasswordRequest[user=" + user + "]";
    }
}
