package dev.tidewait.evidence.capture;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * One capture, packet by packet, in the order of the file. Owned by one thread; close it once.
 *
 * <p>Formats: pcap with microseconds or nanoseconds in either byte order (draft-ietf-opsawg-pcap), pcapng (draft-ietf-opsawg-pcapng) with any number of
 * sections and interfaces; either of them compressed by gzip. The stream need not be a file: nothing is read twice.
 */
public interface CaptureReader extends AutoCloseable {
    /**
     * Goes on to the next packet.
     *
     * @return false at the end
     * @throws CaptureException if what follows is not a capture, is damaged, or ends in the middle of a packet; the packets before are good
     */
    boolean next(Frame frame) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * Finds out the format.
     *
     * @param in closed by the reader, also where this fails
     * @throws CaptureException if it is none that is known, or if there is nothing
     */
    static CaptureReader of(InputStream in) throws IOException {
        try {
            return CaptureFormat.open(uncompressed(in));
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static InputStream uncompressed(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, CaptureFormat.GZIP_BUFFER_BYTES);
        buffered.mark(2);
        boolean gzip = buffered.read() == CaptureFormat.GZIP_FIRST && buffered.read() == CaptureFormat.GZIP_SECOND;
        buffered.reset();
        return gzip ? new GZIPInputStream(buffered, CaptureFormat.GZIP_BUFFER_BYTES) : buffered;
    }
}
