package dev.tidewait.lab.crowd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A program of its own: the server of the crowd, ADDRESS PORT. The first byte of a connection says what it does: 'f' = it sends without
 * end, 'h' = it reads nothing more, anything else = it reads all and says nothing. Lives until it is told to stop.
 */
public final class CrowdServer {
    private static final int BACKLOG = 4_096;
    private static final int BLOCK_BYTES = 65_536;

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
            switch (in.read()) {
                case 'f' -> flood(socket.getOutputStream());
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

    private static void flood(OutputStream out) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        while (true) {
            out.write(block);
        }
    }
}
