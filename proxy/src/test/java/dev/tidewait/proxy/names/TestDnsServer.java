package dev.tidewait.proxy.names;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A DNS server on loopback, over UDP and TCP, that writes its messages itself and says whatever a test wants: the truth, nothing, or
 * a lie. Any thread.
 */
final class TestDnsServer implements AutoCloseable {
    static final int A = 1;
    static final int CNAME = 5;
    static final int AAAA = 28;

    static final int SERVFAIL = 2;
    static final int NXDOMAIN = 3;
    static final int REFUSED = 5;

    private static final int MOST_UDP_BYTES = 1232;
    /** To find a port that is free for both protocols. */
    private static final int MOST_ATTEMPTS = 20;

    /** @param name in lower case, without a dot at the end */
    record Query(String name, int type, int id, int sourcePort, boolean tcp) {
        boolean isA() {
            return type == A;
        }
    }

    /** One resource record; the data is an address or a name. */
    record Rr(String owner, int type, int ttlSeconds, String data) {
        static Rr a(String owner, String address) {
            return new Rr(owner, A, 60, address);
        }

        static Rr aaaa(String owner, String address) {
            return new Rr(owner, AAAA, 60, address);
        }

        static Rr cname(String owner, String target) {
            return new Rr(owner, CNAME, 60, target);
        }
    }

    /**
     * One message.
     *
     * @param idOffset added to the right id
     * @param question empty = the one that was asked
     * @param answers those whose type was not asked for, too
     * @param additional in the additional section
     */
    record Message(int code, int idOffset, String question, List<Rr> answers, List<Rr> additional) {
        static Message of(Rr... answers) {
            return new Message(0, 0, "", List.of(answers), List.of());
        }

        static Message error(int code) {
            return new Message(code, 0, "", List.of(), List.of());
        }

        Message withIdOffset(int offset) {
            return new Message(code, offset, question, answers, additional);
        }

        Message withQuestion(String other) {
            return new Message(code, idOffset, other, answers, additional);
        }

        Message withAdditional(Rr... records) {
            return new Message(code, idOffset, question, answers, List.of(records));
        }
    }

    final List<Query> queries = new CopyOnWriteArrayList<>();
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    /** Messages for a query, sent one after the other; none = silence. */
    private volatile Function<Query, List<Message>> script = query -> List.of();

    TestDnsServer() throws IOException {
        ServerSocket stream = new ServerSocket();
        DatagramSocket datagrams = new DatagramSocket(null);
        for (int attempt = 0; !datagrams.isBound(); attempt++) {
            stream.close();
            stream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            try {
                datagrams.bind(stream.getLocalSocketAddress());
            } catch (BindException taken) {
                if (attempt == MOST_ATTEMPTS) {
                    throw taken;
                }
            }
        }
        this.udp = datagrams;
        this.tcp = stream;
        Thread.ofPlatform().daemon().name("dns-udp").start(this::serveUdp);
        Thread.ofPlatform().daemon().name("dns-tcp").start(this::serveTcp);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), udp.getLocalPort());
    }

    /** One message for each query. */
    void answer(Function<Query, Message> to) {
        script = query -> List.of(to.apply(query));
    }

    void answerMany(Function<Query, List<Message>> to) {
        script = to;
    }

    void closeTcp() throws IOException {
        tcp.close();
    }

    List<String> asked() {
        return queries.stream()
                .map(query -> (query.isA() ? "A " : "AAAA ") + query.name() + (query.tcp() ? " tcp" : ""))
                .toList();
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                Query query = read(ByteBuffer.wrap(buffer, 0, packet.getLength()), packet.getPort(), false);
                queries.add(query);
                for (Message message : script.apply(query)) {
                    byte[] bytes = write(query, message, MOST_UDP_BYTES);
                    udp.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                }
            }
        } catch (SocketException closed) {
            assert udp.isClosed() : closed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serveTcp() {
        while (true) {
            try (Socket socket = tcp.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] bytes = in.readNBytes(in.readUnsignedShort());
                Query query = read(ByteBuffer.wrap(bytes), socket.getPort(), true);
                queries.add(query);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                for (Message message : script.apply(query)) {
                    byte[] answer = write(query, message, 65_535);
                    out.writeShort(answer.length);
                    out.write(answer);
                }
                socket.getInputStream().readAllBytes();
            } catch (IOException gone) {
                if (tcp.isClosed()) {
                    return;
                }
            }
        }
    }

    private static Query read(ByteBuffer bytes, int sourcePort, boolean overTcp) {
        int id = bytes.getShort() & 0xffff;
        bytes.position(12);
        List<String> labels = new ArrayList<>();
        for (int length = bytes.get(); length > 0; length = bytes.get()) {
            byte[] label = new byte[length];
            bytes.get(label);
            labels.add(new String(label, StandardCharsets.US_ASCII));
        }
        return new Query(String.join(".", labels).toLowerCase(Locale.ROOT), bytes.getShort(), id, sourcePort, overTcp);
    }

    private static byte[] write(Query query, Message message, int mostBytes) throws IOException {
        byte[] whole = write(query, message, message.answers(), false);
        return whole.length <= mostBytes ? whole : write(query, message, List.of(), true);
    }

    private static byte[] write(Query query, Message message, List<Rr> answers, boolean truncated) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(query.id() + message.idOffset());
        out.writeShort(0x8180 | message.code() | (truncated ? 0x0200 : 0));
        out.writeShort(1);
        out.writeShort(answers.size());
        out.writeShort(0);
        out.writeShort(message.additional().size());
        name(out, message.question().isEmpty() ? query.name() : message.question());
        out.writeShort(query.type());
        out.writeShort(1);
        for (Rr record : answers) {
            record(out, record);
        }
        for (Rr record : message.additional()) {
            record(out, record);
        }
        return bytes.toByteArray();
    }

    private static void record(DataOutputStream out, Rr record) throws IOException {
        name(out, record.owner());
        out.writeShort(record.type());
        out.writeShort(1);
        out.writeInt(record.ttlSeconds());
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        if (record.type() == CNAME) {
            name(new DataOutputStream(data), record.data());
        } else {
            data.write(InetAddress.ofLiteral(record.data()).getAddress());
        }
        out.writeShort(data.size());
        data.writeTo(out);
    }

    private static void name(DataOutputStream out, String name) throws IOException {
        for (String label : name.split("\\.")) {
            out.writeByte(label.length());
            out.write(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.writeByte(0);
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
