package dev.tidewait.evidence.capture;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.zip.ZipException;

/** Tells the formats apart by their first four bytes, and words what is wrong with a file. No state. */
final class CaptureFormat {
    /** RFC 1952. */
    static final int GZIP_FIRST = 0x1f;

    static final int GZIP_SECOND = 0x8b;
    static final int GZIP_BUFFER_BYTES = 1 << 16;

    private static final int PCAP_MICROS = 0xa1b2c3d4;
    private static final int PCAP_NANOS = 0xa1b23c4d;
    /** Alexey Kuznetzov's patched tcpdump, twenty years ago. */
    private static final int PCAP_MODIFIED = 0xa1b2cd34;

    private static final int PCAPNG = 0x0a0d0d0a;
    private static final int MAGIC_BYTES = 4;
    private static final String WANTED =
            "Give a file written by tcpdump -w, dumpcap or Wireshark (pcap or pcapng, may be compressed by gzip).";

    private CaptureFormat() {}

    static CaptureReader open(InputStream stream) throws IOException {
        ByteInput in = new ByteInput(stream);
        if (!has(in, MAGIC_BYTES)) {
            throw new CaptureException(
                    in.available() == 0
                            ? "it is empty. " + WANTED
                            : "it has only " + in.available() + " bytes, too few for a capture. " + WANTED);
        }
        int magic = Bytes.bigInt(in.bytes(), in.position());
        if (magic == PCAPNG) {
            return new PcapngReader(in);
        }
        int swapped = Integer.reverseBytes(magic);
        if (magic == PCAP_MICROS || swapped == PCAP_MICROS) {
            return new PcapReader(in, magic == PCAP_MICROS, false);
        }
        if (magic == PCAP_NANOS || swapped == PCAP_NANOS) {
            return new PcapReader(in, magic == PCAP_NANOS, true);
        }
        if (magic == PCAP_MODIFIED || swapped == PCAP_MODIFIED) {
            throw new CaptureException("it is in the pcap format of a patched tcpdump. Convert it: editcap FILE NEW");
        }
        throw new CaptureException("it is no capture: it begins with the bytes "
                + HexFormat.of().formatHex(in.bytes(), in.position(), in.position() + MAGIC_BYTES) + ". " + WANTED);
    }

    /** As {@link ByteInput#has}, with damaged gzip as a {@link CaptureException}. */
    static boolean has(ByteInput in, int count) throws IOException {
        try {
            return in.has(count);
        } catch (EOFException | ZipException e) {
            throw badGzip(in, e);
        }
    }

    /** As {@link ByteInput#skip}, with damaged gzip as a {@link CaptureException}. */
    static boolean skip(ByteInput in, long count) throws IOException {
        try {
            return in.skip(count);
        } catch (EOFException | ZipException e) {
            throw badGzip(in, e);
        }
    }

    static CaptureException endsInside(ByteInput in, String what) {
        return new CaptureException("it ends in the middle of " + what + " (" + in.available()
                + " bytes of it, at byte " + in.offset() + "): the capture was cut off, or is still being written");
    }

    static CaptureException damaged(ByteInput in, String what) {
        return new CaptureException("it is damaged at byte " + in.offset() + ": " + what);
    }

    private static CaptureException badGzip(ByteInput in, IOException e) {
        return new CaptureException(
                "its gzip stream is cut off or damaged after " + (in.offset() + in.available()) + " bytes of capture ("
                        + e.getMessage() + ")",
                e);
    }
}
