package dev.tidewait.proxy.access;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** A strict reading of a {@code Proxy-Authorization} field with Basic credentials (RFC 7617, section 2). Immutable. */
public final class BasicCredentials {
    /** The value of {@code Proxy-Authenticate}; the charset says how to send names that are not ASCII (RFC 7617, section 2.1). */
    public static final String CHALLENGE = "Basic realm=\"tidewait\", charset=\"UTF-8\"";

    private static final String SCHEME = "basic ";
    /** Characters; name and password have 255 bytes each in SOCKS5, too. */
    private static final int LONGEST_FIELD = 1024;

    private final String user;
    private final byte[] password;

    private BasicCredentials(String user, byte[] password) {
        this.user = user;
        this.password = password;
    }

    /**
     * Empty where the value is anything else: another scheme, base64 that is not canonical, no colon, an empty or unreadable name, a control
     * character, or more than 1,024 characters.
     */
    public static Optional<BasicCredentials> parse(String fieldValue) {
        String value = fieldValue.strip();
        if (value.length() > LONGEST_FIELD || !value.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Optional.empty();
        }
        String token = value.substring(SCHEME.length()).replaceFirst("^ +", "");
        try {
            byte[] bytes = Base64.getDecoder().decode(token);
            boolean canonical = Base64.getEncoder().encodeToString(bytes).equals(token);
            return canonical ? split(bytes) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static Optional<BasicCredentials> split(byte[] bytes) {
        int colon = 0;
        while (colon < bytes.length && bytes[colon] != ':') {
            colon++;
        }
        if (colon == 0 || colon == bytes.length || hasControls(bytes)) {
            return Optional.empty();
        }
        try {
            String user = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, colon))
                    .toString();
            return Optional.of(new BasicCredentials(user, Arrays.copyOfRange(bytes, colon + 1, bytes.length)));
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }

    private static boolean hasControls(byte[] bytes) {
        for (byte b : bytes) {
            if ((b >= 0 && b < 0x20) || b == 0x7f) {
                return true;
            }
        }
        return false;
    }

    public String user() {
        return user;
    }

    /** The bytes as they came; bcrypt knows no characters. */
    public byte[] password() {
        return password.clone();
    }
}
