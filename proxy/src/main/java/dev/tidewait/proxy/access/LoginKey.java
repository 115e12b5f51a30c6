package dev.tidewait.proxy.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stands for a user name and a password without holding either: an HMAC with a secret that lives as long as the password file's reading. Immutable.
 */
record LoginKey(long first, long second, long third, long fourth) {
    private static final String ALGORITHM = "HmacSHA256";

    /** Makes keys; those of one instance mean nothing to another. Any thread. */
    static final class Maker {
        private final SecretKeySpec secret;

        Maker() {
            byte[] bytes = new byte[32];
            new SecureRandom().nextBytes(bytes);
            secret = new SecretKeySpec(bytes, ALGORITHM);
        }

        LoginKey of(String user, byte[] password) {
            byte[] name = user.getBytes(StandardCharsets.UTF_8);
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(secret);
                // The length first: 'ab' and 'c' must not make the key of 'a' and 'bc'.
                mac.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
                mac.update(name);
                ByteBuffer sum = ByteBuffer.wrap(mac.doFinal(password));
                return new LoginKey(sum.getLong(), sum.getLong(), sum.getLong(), sum.getLong());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has " + ALGORITHM, e);
            }
        }
    }
}
