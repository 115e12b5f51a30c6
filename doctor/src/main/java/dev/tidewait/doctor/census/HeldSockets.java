package dev.tidewait.doctor.census;

import java.util.Arrays;

/** The socket files of live outgoing connections, with the pair of each. Owned by one thread; takes no more than {@link #LIMIT}. */
final class HeldSockets {
    static final int LIMIT = CookieSet.LIMIT;

    private int[] inodes = new int[1_024];
    private PairFold[] pairs = new PairFold[1_024];
    private int size;

    /** @param inode as an unsigned 32-bit number, which is what sock_diag tells; 0 for a socket that no process holds any more */
    void add(long inode, PairFold pair) {
        if (inode == 0 || size == LIMIT) {
            return;
        }
        if (size == inodes.length) {
            inodes = Arrays.copyOf(inodes, size * 2);
            pairs = Arrays.copyOf(pairs, size * 2);
        }
        inodes[size] = (int) inode;
        pairs[size++] = pair;
    }

    int size() {
        return size;
    }

    long inode(int index) {
        return Integer.toUnsignedLong(inodes[index]);
    }

    PairFold pair(int index) {
        return pairs[index];
    }
}
