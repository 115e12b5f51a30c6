package dev.tidewait.proxy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that logs in connections, as NTLM does: first a challenge, then the answer to it, on one connection; whoever sends on that afterwards is
 * the user. It answers with the user's name, or with 401. Any thread.
 */
final class LoginOrigin {
    /** Connections that a user was logged in on. */
    final AtomicInteger logins = new AtomicInteger();

    private LoginOrigin() {}

    /** Serves until the socket is closed. */
    static LoginOrigin on(ServerSocket socket) {
        LoginOrigin origin = new LoginOrigin();
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket accepted = socket.accept();
                    Thread.ofVirtual().start(() -> origin.serve(accepted));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        return origin;
    }

    private void serve(Socket accepted) {
        try (RawPeer client = new RawPeer(accepted)) {
            String challenged = "";
            String user = "";
            for (boolean goesOn = true; goesOn; ) {
                String head = client.head();
                goesOn = !head.contains("\r\nConnection: close\r\n");
                String credentials = credentials(head);
                if (credentials.startsWith("hello-")) {
                    challenged = credentials.substring("hello-".length());
                    user = "";
                    client.send(unauthorized("NTLM for-" + challenged));
                } else if (credentials.startsWith("proof-")) {
                    user = credentials.equals("proof-" + challenged) ? challenged : "";
                    challenged = "";
                    logins.addAndGet(user.isEmpty() ? 0 : 1);
                    client.send(user.isEmpty() ? unauthorized("NTLM") : ok(user));
                } else {
                    client.send(user.isEmpty() ? unauthorized("Negotiate, NTLM") : ok(user));
                }
            }
        } catch (IOException | AssertionError gone) {
            // The proxy has ended the connection.
        }
    }

    private static String credentials(String head) {
        int at = head.indexOf("\r\nAuthorization: NTLM ");
        return at < 0 ? "" : head.substring(at + 22, head.indexOf('\r', at + 2));
    }

    private static String ok(String user) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + user.length() + "\r\n\r\n" + user;
    }

    private static String unauthorized(String challenge) {
        return "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: " + challenge + "\r\nContent-Length: 0\r\n\r\n";
    }
}
