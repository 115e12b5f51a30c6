package dev.tidewait.evidence.capture;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers inside byte arrays. The {@code big…} ones are in network order (RFC 1700). No state. */
final class Bytes {
    private static final VarHandle SHORT_BIG = view(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_BIG = view(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_BIG = view(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LITTLE = view(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    private static VarHandle view(Class<?> array, ByteOrder order) {
        return MethodHandles.byteArrayViewVarHandle(array, order);
    }

    static int unsigned(byte[] bytes, int at) {
        return bytes[at] & 0xff;
    }

    static int bigShort(byte[] bytes, int at) {
        return (short) SHORT_BIG.get(bytes, at) & 0xffff;
    }

    static int bigInt(byte[] bytes, int at) {
        return (int) INT_BIG.get(bytes, at);
    }

    static long bigLong(byte[] bytes, int at) {
        return (long) LONG_BIG.get(bytes, at);
    }

    static int littleInt(byte[] bytes, int at) {
        return (int) INT_LITTLE.get(bytes, at);
    }
}
