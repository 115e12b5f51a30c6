package dev.tidewait.proxy.socks5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.socks5.Reading.Partial;
import dev.tidewait.proxy.socks5.Reading.Whole;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes: no exception, nothing moved, a bounded message, and the same answer however it is cut. The seed is fixed, so a failure
 * comes again.
 */
class Socks5FuzzTest {
    private static final int MUTATIONS = 20_000;
    private static final int MOST_EXTRA_BYTES = 8;

    /**
     * One kind of message.
     *
     * @param right messages that are right
     */
    record Kind(String name, Function<ByteBuf, Reading<?>> reader, int maxBytes, List<byte[]> right) {
        static Kind of(String name, Function<ByteBuf, Reading<?>> reader, int maxBytes, String... right) {
            return new Kind(
                    name, reader, maxBytes, Arrays.stream(right).map(Hex::bytes).toList());
        }

        byte[] oneRight(SplittableRandom random) {
            return right.get(random.nextInt(right.size()));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Kind> kinds() {
        return List.of(
                Kind.of("greeting", Greeting::read, Greeting.MAX_BYTES, "05 01 00", "05 04 00 01 02 80", "05 02 03 ff"),
                Kind.of(
                        "password",
                        PasswordRequest::read,
                        PasswordRequest.MAX_BYTES,
                        "01 01 61 01 62",
                        "01 08 6162636465666768 0a 61626364656667686970",
                        "01 03 c3bc41 02 c3bc"),
                Kind.of(
                        "request",
                        SocksRequest::read,
                        SocksRequest.MAX_BYTES,
                        "05 01 00 01 7f000001 0050",
                        "05 01 00 03 0b 6578616d706c652e636f6d 01bb",
                        "05 01 00 03 03 3a3a31 01bb",
                        "05 01 00 04 20010db8000000000000000000000007 0050"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldTakeAMessageAtItsLastByteAndNotBefore(Kind kind) {
        for (byte[] message : kind.right) {
            for (int length = 0; length < message.length; length++) {
                assertThat(read(kind, Arrays.copyOf(message, length))).isEqualTo(new Partial<>());
            }
            Reading<?> whole = read(kind, message);
            assertThat(whole)
                    .isInstanceOfSatisfying(
                            Whole.class, it -> assertThat(it.byteCount()).isEqualTo(message.length));
            byte[] more = Arrays.copyOf(message, message.length + MOST_EXTRA_BYTES);
            assertThat(read(kind, more)).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldNotChangeItsMindAboutMutations(Kind kind) {
        SplittableRandom random = new SplittableRandom(1928);
        int wholes = 0;
        int unfits = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = mutated(kind.oneRight(random), random);
            Reading<?> last = new Partial<>();
            for (int length = 0; length <= bytes.length; length++) {
                Reading<?> reading = read(kind, Arrays.copyOf(bytes, length));
                if (!(last instanceof Partial)) {
                    assertThat(reading)
                            .as("%s, %d bytes", Arrays.toString(bytes), length)
                            .isEqualTo(last);
                } else if (reading instanceof Whole<?> whole) {
                    assertThat(whole.byteCount()).isEqualTo(length).isLessThanOrEqualTo(kind.maxBytes);
                    wholes++;
                } else if (reading instanceof Reading.Unfit) {
                    unfits++;
                }
                last = reading;
            }
        }
        // Else it would not have tested anything.
        assertThat(wholes).isGreaterThan(MUTATIONS / 50);
        assertThat(unfits).isGreaterThan(MUTATIONS / 50);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldDecideOnNoMoreThanTheLongestMessage(Kind kind) {
        SplittableRandom random = new SplittableRandom(1929);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = new byte[kind.maxBytes];
            random.nextBytes(bytes);
            byte[] right = kind.oneRight(random);
            System.arraycopy(right, 0, bytes, 0, random.nextInt(right.length));
            assertThat(read(kind, bytes)).as("%s", Arrays.toString(bytes)).isNotInstanceOf(Partial.class);
        }
    }

    private static Reading<?> read(Kind kind, byte[] bytes) {
        // With bytes of an earlier message in front, as in a listener.
        ByteBuf buffer =
                Hex.buffer(bytes.length == 0 ? new byte[1] : shifted(bytes)).skipBytes(1);
        Reading<?> reading = kind.reader.apply(buffer);
        assertThat(buffer.readerIndex()).isEqualTo(1);
        return reading;
    }

    private static byte[] shifted(byte[] bytes) {
        byte[] shifted = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, shifted, 1, bytes.length);
        return shifted;
    }

    /** Bits flipped, bytes set, cut, doubled. */
    private static byte[] mutated(byte[] original, SplittableRandom random) {
        byte[] bytes = original.clone();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + random.nextInt(1, MOST_EXTRA_BYTES));
                    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }
}
