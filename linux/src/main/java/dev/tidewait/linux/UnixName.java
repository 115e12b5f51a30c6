package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The name of an abstract unix socket as an address (unix(7)): such names are separate in every network namespace, and the kernel frees them when the
 * owner ends, however it ends. Lives as long as its arena.
 *
 * @param bytes struct sockaddr_un: family, a zero byte that makes the name abstract, the name
 * @param length of what counts, in bytes: all that follows would be part of the name
 */
record UnixName(MemorySegment bytes, int length) {
    private static final int FAMILY_AND_ZERO = 3;
    private static final int STRUCT_LENGTH = 110;

    /** @param name ASCII, at most 107 characters */
    static UnixName of(Arena arena, String name) {
        MemorySegment address = arena.allocate(STRUCT_LENGTH, 2);
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) LibC.AF_UNIX);
        MemorySegment.copy(ascii, 0, address, ValueLayout.JAVA_BYTE, FAMILY_AND_ZERO, ascii.length);
        return new UnixName(address, FAMILY_AND_ZERO + ascii.length);
    }
}
