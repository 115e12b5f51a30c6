package dev.tidewait.linux;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Many TIME_WAIT sockets of a dump in rows of one array: the same proof as {@link TimeWaitSocket}, without an object for each.
 * Owned by one thread. Allocates only when it has to grow.
 *
 * <p>A row keeps the socket's id (struct inet_diag_sockid: ports, addresses, interface, cookie) as the kernel wrote it, and a
 * destroy sends it back unchanged.
 */
public final class TimeWaitTable {
    /** Bytes of struct inet_diag_sockid. */
    static final int ID_LENGTH = 48;

    private static final int FAMILY = ID_LENGTH;
    private static final int REMAINING = FAMILY + 4;
    private static final int ROW_LENGTH = REMAINING + 4;
    private static final int FIRST_ROWS = 1_024;
    /** No errno: nobody has asked for its removal yet. */
    private static final int NOT_ASKED = Integer.MIN_VALUE;

    private byte[] bytes = new byte[FIRST_ROWS * ROW_LENGTH];
    private MemorySegment rows = MemorySegment.ofArray(bytes);
    private int[] results = new int[FIRST_ROWS];
    private int size;

    /** Forgets all rows; the memory is kept. */
    public void clear() {
        size = 0;
    }

    /** Number of rows. */
    public int size() {
        return size;
    }

    /**
     * Adds the socket of a dump's entry.
     *
     * @return its row
     * @throws IllegalStateException if {@link DiagEntry#isDestroyable()} is false
     */
    public int add(DiagEntry proof) {
        if (!proof.isDestroyable()) {
            throw new IllegalStateException(proof.tuple() + " is in " + proof.state()
                    + ", not in TIME_WAIT; it must not be destroyed. Ask isDestroyable() first");
        }
        if (size == results.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
            rows = MemorySegment.ofArray(bytes);
            results = Arrays.copyOf(results, results.length * 2);
        }
        int row = size++;
        long offset = offset(row);
        proof.copyId(rows, offset);
        rows.set(DiagRequest.BYTE, offset + FAMILY, proof.family());
        rows.set(DiagRequest.INT, offset + REMAINING, (int) proof.timerMillis());
        results[row] = NOT_ASKED;
        return row;
    }

    /** Milliseconds of TIME_WAIT left when the kernel answered. */
    public int remainingMillis(int row) {
        return rows.get(DiagRequest.INT, offset(row) + REMAINING);
    }

    /**
     * What became of the row's destroy.
     *
     * @throws IllegalStateException if {@link SocketDiag#destroy(TimeWaitTable, int[], int, int)} was not asked for it
     */
    public DestroyOutcome outcome(int row) {
        offset(row); // checks the row
        if (results[row] == NOT_ASKED) {
            throw new IllegalStateException("nobody has asked for the removal of row " + row);
        }
        return DestroyOutcome.ofResult(results[row]);
    }

    /** AF_INET, or AF_INET6 also for an IPv4-mapped socket. */
    byte family(int row) {
        return rows.get(DiagRequest.BYTE, offset(row) + FAMILY);
    }

    void copyId(int row, MemorySegment to, long toOffset) {
        MemorySegment.copy(rows, offset(row), to, toOffset, ID_LENGTH);
    }

    /** @param result 0 or minus errno */
    void setResult(int row, int result) {
        results[row] = result;
    }

    private long offset(int row) {
        if (row < 0 || row >= size) {
            throw new IndexOutOfBoundsException("row " + row + " of " + size);
        }
        return (long) row * ROW_LENGTH;
    }
}
