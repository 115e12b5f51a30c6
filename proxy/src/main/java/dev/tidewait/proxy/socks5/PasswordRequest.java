package dev.tidewait.proxy.socks5;

import dev.tidewait.proxy.socks5.Reading.Partial;
import dev.tidewait.proxy.socks5.Reading.Unfit;
import dev.tidewait.proxy.socks5.Reading.Whole;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * User and password (RFC 1929, section 2); both have 1 to 255 bytes. The user is read as UTF-8, the password stays the bytes that came: bcrypt
 * knows no characters, and the RFC names no charset. Immutable.
 *
 * <p>{@link #toString()} leaves the password out.
 */
public final class PasswordRequest {
    /** Of this message, not of SOCKS. */
    static final int VERSION = 1;

    /** Version, two lengths, two texts of 255 bytes. */
    public static final int MAX_BYTES = 3 + 2 * 255;

    private final String user;
    private final byte[] password;

    /** @param password from now on nobody else's */
    PasswordRequest(String user, byte[] password) {
        this.user = user;
        this.password = password;
    }

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
                        ByteBufUtil.getBytes(bytes, at + 3 + userLength, passwordLength)),
                length);
    }

    private static Reading<PasswordRequest> unfit(String text) {
        return new Unfit<>(Answer.PASSWORD_WRONG, text);
    }

    public String user() {
        return user;
    }

    /** The bytes as they came. */
    public byte[] password() {
        return password.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PasswordRequest that
                && user.equals(that.user)
                && Arrays.equals(password, that.password);
    }

    @Override
    public int hashCode() {
        return 31 * user.hashCode() + Arrays.hashCode(password);
    }

    @Override
    public String toString() {
        return "PasswordRequest[user=" + user + "]";
    }
}
