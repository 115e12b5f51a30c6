package dev.tidewait.lab.crowd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A program of its own: the server of the crowd, ADDRESS PORT. The first byte of a connection says what it does: 'f' = it sends without
 * end, 'h' = it reads nothing more, anything else = it reads all and says nothing. In HTTP (the first byte is a capital letter) the first
 * letter of the path says it; what is sent without end is then the body of an answer, and a request has no other answer. Lives until it is
 * told to stop.
 */
public final class CrowdServer {
    private static final int BACKLOG = 4_096;
    private static final int BLOCK_BYTES = 65_536;
    private static final int MOST_HEAD_BYTES = 4_096;
    private static final byte[] ENDLESS =
            "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private CrowdServer() {}

    public static void main(String[] arguments) throws IOException {
        InetAddress address = InetAddress.getByName(arguments[0]);
        try (ServerSocket listener = new ServerSocket(Integer.parseInt(arguments[1]), BACKLOG, address);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            System.err.println("{\"ready\":true}");
            while (true) {
                Socket socket = listener.accept();
                threads.execute(() -> serve(socket));
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            int first = in.read();
            boolean isHttp = first >= 'A' && first <= 'Z';
            switch (isHttp ? letterOfPath(in) : first) {
                case 'f' -> {
                    if (isHttp) {
                        socket.getOutputStream().write(ENDLESS);
                    }
                    flood(socket.getOutputStream());
                }
                case 'h' -> {
                    while (!socket.isClosed()) {
                        LockSupport.park(); // the end of the program ends it
                    }
                }
                default -> in.transferTo(OutputStream.nullOutputStream());
            }
        } catch (IOException left) {
            // A member of the crowd went away, which is no matter of the server.
            return;
        }
    }

    /** The rest of a request's head; byte by byte, because what follows may be left unread. */
    private static int letterOfPath(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() == MOST_HEAD_BYTES) {
                throw new IOException("no request but: " + head);
            }
            head.append((char) next);
        }
        return head.charAt(head.indexOf("/") + 1);
    }

    private static void flood(OutputStream out) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        while (true) {
            out.write(block);
        }
    }
}
