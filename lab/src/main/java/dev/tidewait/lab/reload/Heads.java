package dev.tidewait.lab.reload;

import java.io.IOException;
import java.io.InputStream;

/** Heads of HTTP messages, read byte by byte. No state. */
final class Heads {
    private static final int MOST_BYTES = 8_192;

    private Heads() {}

    /**
     * Up to the blank line, which is part of it.
     *
     * @return empty at the end of the stream
     * @throws IOException also for a head that is cut off, or longer than 8 KiB
     */
    static String read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int next = in.read();
            if (next < 0 && head.isEmpty()) {
                return "";
            }
            if (next < 0 || head.length() == MOST_BYTES) {
                throw new IOException("no head but: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
