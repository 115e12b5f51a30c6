package dev.tidewait.evidence.track;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Some seconds of {@link CaptureFuzz} with seeded mutations. {@code evidence/fuzz.sh} gives the same to Jazzer, led by coverage, for ten minutes; it cannot be part
 * of the tests because Jazzer 0.24 does not instrument classes of Java 25, so the script compiles them for 21.
 */
final class CaptureFuzzTest {
    private static final int ROUNDS = 30_000;
    /** Numbers at which things turn. */
    private static final int[] EDGES = {0, 1, 4, 6, 12, 20, 28, 40, 127, 128, 255, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff
    };

    @Test
    void shouldFailOnlyInWords() throws IOException {
        Random random = new Random(20_26);
        byte[][] seeds = {pcap(), pcapng()};
        for (int round = 0; round < ROUNDS; round++) {
            byte[] file = seeds[round % seeds.length].clone();
            for (int change = random.nextInt(6); change >= 0; change--) {
                file = mutate(file, random);
            }
            try {
                CaptureFuzz.fuzzerTestOneInput(file);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("round " + round, e);
            }
        }
    }

    private static byte[] mutate(byte[] file, Random random) {
        if (file.length < 8) {
            return file;
        }
        int at = random.nextInt(file.length - 4);
        switch (random.nextInt(5)) {
            case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> file[at] = (byte) random.nextInt();
            case 2 ->
                ByteBuffer.wrap(file)
                        .order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                        .putInt(at, EDGES[random.nextInt(EDGES.length)]);
            case 3 -> {
                return Arrays.copyOf(file, at);
            }
            default -> {
                int length = random.nextInt(Math.min(100, file.length - at));
                System.arraycopy(file, at, file, random.nextInt(file.length - length), length);
            }
        }
        return file;
    }

    /** SYN to FIN between two hosts, and what comes late. */
    private static byte[] pcap() {
        byte[] bytes = new byte[4_096];
        ByteBuffer file = ByteBuffer.wrap(bytes);
        file.putInt(0xa1b2c3d4).putInt(0x0002_0004).putLong(0).putInt(65_535).putInt(1);
        int[] flags = {0x02, 0x12, 0x10, 0x18, 0x11, 0x11, 0x10, 0x11, 0x10, 0x04, 0x02};
        for (int i = 0; i < flags.length; i++) {
            file.putInt(100 + i).putInt(i).putInt(14 + 40).putInt(14 + 40);
            frame(file, flags[i], i);
        }
        return Arrays.copyOf(bytes, file.position());
    }

    private static byte[] pcapng() {
        byte[] bytes = new byte[4_096];
        ByteBuffer file = ByteBuffer.wrap(bytes);
        file.putInt(0x0a0d0d0a)
                .putInt(28)
                .putInt(0x1a2b3c4d)
                .putInt(1 << 16)
                .putLong(-1)
                .putInt(28);
        file.putInt(1)
                .putInt(32)
                .putInt(1 << 16)
                .putInt(0)
                .putInt((9 << 16) | 1)
                .putInt(0x0900_0000)
                .putInt(0)
                .putInt(32);
        int[] flags = {0x02, 0x12, 0x10, 0x11, 0x11, 0x10, 0x11, 0x10, 0x02};
        for (int i = 0; i < flags.length; i++) {
            file.putInt(6)
                    .putInt(88)
                    .putInt(0)
                    .putLong(1_000_000_000L * i)
                    .putInt(54)
                    .putInt(54);
            frame(file, flags[i], i);
            file.putShort((short) 0).putInt(88);
        }
        return Arrays.copyOf(bytes, file.position());
    }

    private static void frame(ByteBuffer file, int flags, int number) {
        boolean back = number % 2 == 1;
        file.putLong(0).putInt(0).putShort((short) 0x0800);
        file.putInt(0x4500_0028).putInt(0).putInt(0x4006_0000);
        file.putInt(back ? 0x0a00_0002 : 0x0a00_0001).putInt(back ? 0x0a00_0001 : 0x0a00_0002);
        file.putInt(back ? (80 << 16) | 4_000 : (4_000 << 16) | 80);
        file.putInt(1_000 + number / 2)
                .putInt(1_001 + number / 2)
                .putInt(0x5000_1000 | (flags << 16))
                .putInt(0);
    }
}
