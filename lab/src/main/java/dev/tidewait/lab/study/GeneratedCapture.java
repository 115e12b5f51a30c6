package dev.tidewait.lab.study;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pcap stream as large as wanted, never held as a whole: the same connection again and again from other addresses and ports, as many a second as wanted, one in
 * so many with a late FIN and its answer. Its truth is known: {@link #connectionCount}, {@link #lateFinCount}. Owned by one thread.
 *
 * <p>The frames are made once; for each connection their addresses, ports and times are written over. Checksums are therefore wrong, as in captures taken on
 * a host that leaves them to its network card.
 */
public final class GeneratedCapture extends InputStream {
    private static final int RECORD_BYTES = 16;
    private static final int ETHERNET_BYTES = 14;
    private static final int SOURCE_ADDRESS = ETHERNET_BYTES + 12;
    private static final int DESTINATION_ADDRESS = ETHERNET_BYTES + 16;
    private static final int SOURCE_PORT = ETHERNET_BYTES + 20;
    private static final int DESTINATION_PORT = SOURCE_PORT + 2;
    private static final int LATE_EVERY = 1_000;
    private static final int FIRST_PORT = 1_024;
    private static final int PORTS = 60_000;
    private static final int FIRST_ADDRESS = 10 << 24;
    private static final long START_SECOND = 1_700_000_000;
    private static final long MICROS_IN_SECOND = 1_000_000;

    private final byte[] ordinary;
    private final byte[] late;
    private final ByteBuffer ordinaryNumbers;
    private final ByteBuffer lateNumbers;
    private final int[] recordStarts;
    private final boolean[] fromClient;
    private final int ordinaryRecords;
    private final long wantedBytes;
    private final double microsPerConnection;
    private byte[] chunk;
    private int position;
    private int limit;
    private long madeBytes;
    private long connectionCount;

    /**
     * @param wantedBytes the stream ends with the connection that reaches them
     * @param connectionsPerSecond in the time of the capture
     * @param answerBytes data of the server, in segments of 1,448 bytes
     */
    public GeneratedCapture(long wantedBytes, int connectionsPerSecond, int answerBytes) {
        this.wantedBytes = wantedBytes;
        this.microsPerConnection = (double) MICROS_IN_SECOND / connectionsPerSecond;
        List<ScriptedSegment> script = script(answerBytes);
        byte[] whole = CaptureBytes.pcap(script);
        int headerBytes = CaptureBytes.pcapHeader(ByteOrder.LITTLE_ENDIAN, false, LinkForm.ETHERNET.number()).length;
        this.late = Arrays.copyOfRange(whole, headerBytes, whole.length);
        this.recordStarts = new int[script.size()];
        this.fromClient = new boolean[script.size()];
        this.ordinaryRecords = script.size() - 2;
        int at = 0;
        for (int i = 0; i < script.size(); i++) {
            recordStarts[i] = at;
            fromClient[i] = script.get(i).source().getPort() != 80;
            at += RECORD_BYTES
                    + ByteBuffer.wrap(late).order(ByteOrder.LITTLE_ENDIAN).getInt(at + 8);
        }
        this.ordinary = Arrays.copyOf(late, recordStarts[ordinaryRecords]);
        this.ordinaryNumbers = ByteBuffer.wrap(ordinary);
        this.lateNumbers = ByteBuffer.wrap(late);
        this.chunk = CaptureBytes.pcapHeader(ByteOrder.LITTLE_ENDIAN, false, LinkForm.ETHERNET.number());
        this.limit = chunk.length;
        this.madeBytes = limit;
    }

    private static List<ScriptedSegment> script(int answerBytes) {
        try {
            InetAddress any = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
            Conversation one = new Conversation(
                    new InetSocketAddress(any, FIRST_PORT), new InetSocketAddress(any, 80), 0x7fff_f000);
            one.open(0).data(0, true, 200);
            for (int left = answerBytes; left > 0; left -= 1_448) {
                one.data(0, false, Math.min(left, 1_448));
            }
            one.close(0, true).repeat(0, 1).ack(0, true);
            return new ArrayList<>(one.segments());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    public long connectionCount() {
        return connectionCount;
    }

    /** One late FIN and one ACK each. */
    public long lateFinCount() {
        return connectionCount / LATE_EVERY;
    }

    /** Packets until now. */
    public long packetCount() {
        return connectionCount * ordinaryRecords + 2 * lateFinCount();
    }

    private boolean next() {
        if (madeBytes >= wantedBytes) {
            return false;
        }
        connectionCount++;
        boolean withLate = connectionCount % LATE_EVERY == 0;
        chunk = withLate ? late : ordinary;
        int records = ordinaryRecords + (withLate ? 2 : 0);
        long micros = START_SECOND * MICROS_IN_SECOND + (long) (connectionCount * microsPerConnection);
        int port = FIRST_PORT + (int) (connectionCount % PORTS);
        int client = FIRST_ADDRESS + (int) (connectionCount / PORTS);
        ByteBuffer bytes = withLate ? lateNumbers : ordinaryNumbers;
        for (int i = 0; i < records; i++) {
            int at = recordStarts[i];
            bytes.putInt(at, Integer.reverseBytes((int) (micros / MICROS_IN_SECOND)));
            bytes.putInt(at + 4, Integer.reverseBytes((int) (micros % MICROS_IN_SECOND)));
            int frame = at + RECORD_BYTES;
            bytes.putInt(frame + (fromClient[i] ? SOURCE_ADDRESS : DESTINATION_ADDRESS), client);
            bytes.putShort(frame + (fromClient[i] ? SOURCE_PORT : DESTINATION_PORT), (short) port);
        }
        position = 0;
        limit = chunk.length;
        madeBytes += limit;
        return true;
    }

    @Override
    public int read() {
        if (position == limit && !next()) {
            return -1;
        }
        return chunk[position++] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) {
        int done = 0;
        while (done < length && (position < limit || next())) {
            int step = Math.min(length - done, limit - position);
            System.arraycopy(chunk, position, into, from + done, step);
            position += step;
            done += step;
        }
        return done == 0 && length > 0 ? -1 : done;
    }
}
