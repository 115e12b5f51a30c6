package dev.tidewait.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** A DNS server for the self-test, on loopback: every name is at 127.0.0.1 and nowhere else, and nobody may remember it. Any thread. */
final class SelfTestNames implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int MOST_BYTES = 1500;
    private static final int HEADER_BYTES = 12;
    private static final short ANSWER_TO_RECURSION = (short) 0x8180;
    private static final short TYPE_A = 1;
    private static final short CLASS_IN = 1;
    /** The name of the question, RFC 1035, section 4.1.4. */
    private static final short SAME_NAME = (short) 0xc00c;

    private final DatagramSocket socket;

    SelfTestNames() throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
        Thread.ofPlatform().daemon().name("self-test-names").start(this::serve);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        byte[] bytes = new byte[MOST_BYTES];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(bytes, MOST_BYTES);
                socket.receive(packet);
                packet.setLength(answer(ByteBuffer.wrap(bytes)));
                socket.send(packet);
            }
        } catch (SocketException ended) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(ended);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes an answer of a question; gives its length. */
    private static int answer(ByteBuffer message) {
        int at = HEADER_BYTES;
        while (message.get(at) != 0) {
            at += 1 + message.get(at);
        }
        short type = message.getShort(at + 1);
        message.position(2)
                .putShort(ANSWER_TO_RECURSION)
                .putShort((short) 1)
                .putShort((short) (type == TYPE_A ? 1 : 0))
                .putInt(0)
                .position(at + 5);
        if (type == TYPE_A) {
            message.putShort(SAME_NAME).putShort(TYPE_A).putShort(CLASS_IN).putInt(0);
            message.putShort((short) 4).put(LOOPBACK.getAddress());
        }
        return message.position();
    }

    @Override
    public void close() {
        socket.close();
    }
}
