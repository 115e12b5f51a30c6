package dev.tidewait.lab;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A DNS server in a namespace, over UDP: knows a few names, fails for one and is silent for another. Any thread. */
final class NameServer implements AutoCloseable {
    /** A name that it cannot look up. */
    static final String FAILING = "fails.test";
    /** A name for which it does not answer. */
    static final String SILENT = "silent.test";

    private static final int PORT = 53;
    private static final int TTL_SECONDS = 60;
    private static final int A = 1;
    private static final int HEADER_BYTES = 12;

    private final DatagramSocket socket;
    private final Map<String, List<InetAddress>> names;
    final List<String> asked = new CopyOnWriteArrayList<>();

    private NameServer(DatagramSocket socket, Map<String, List<InetAddress>> names) {
        this.socket = socket;
        this.names = Map.copyOf(names);
        Thread.ofPlatform().daemon().name("name-server").start(this::serve);
    }

    static NameServer start(Namespace namespace, InetAddress address, Map<String, List<InetAddress>> names) {
        return new NameServer(namespace.call(() -> new DatagramSocket(new InetSocketAddress(address, PORT))), names);
    }

    private void serve() {
        byte[] buffer = new byte[2048];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(buffer, 0, packet.getLength()));
                if (answer.length > 0) {
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            }
        } catch (SocketException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] answer(ByteBuffer query) throws IOException {
        query.position(HEADER_BYTES);
        List<String> labels = new ArrayList<>();
        for (int length = query.get(); length > 0; length = query.get()) {
            byte[] label = new byte[length];
            query.get(label);
            labels.add(new String(label, StandardCharsets.US_ASCII));
        }
        String name = String.join(".", labels);
        int type = query.getShort();
        query.getShort();
        asked.add((type == A ? "A " : "AAAA ") + name);
        if (name.equals(SILENT)) {
            return new byte[0];
        }
        int code = name.equals(FAILING) ? 2 : names.containsKey(name) ? 0 : 3;
        List<InetAddress> addresses = names.getOrDefault(name, List.of()).stream()
                .filter(address -> address.getAddress().length == (type == A ? 4 : 16))
                .toList();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(query.getShort(0));
        out.writeShort(0x8180 | code);
        out.writeShort(1);
        out.writeShort(addresses.size());
        out.writeInt(0);
        byte[] question = new byte[query.position() - HEADER_BYTES];
        query.get(HEADER_BYTES, question);
        out.write(question);
        for (InetAddress address : addresses) {
            out.writeShort(0xc000 | HEADER_BYTES); // the name of the question
            out.writeShort(type);
            out.writeShort(1);
            out.writeInt(TTL_SECONDS);
            out.writeShort(address.getAddress().length);
            out.write(address.getAddress());
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
