package dev.tidewait.lab.campus;

import java.io.IOException;
import java.net.InetAddress;

/** A tunnel by CONNECT. No state. */
final class ConnectVisit implements Visit {
    @Override
    public void make(InetAddress from, Town town, Fate fate, int random) throws IOException {
        try (ClientSocket socket = ClientSocket.open(from, town.proxy())) {
            String authority = town.host(fate, random) + ":443";
            socket.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
            String head = socket.readHead();
            HttpAnswer.expect(head, fate.isConnected() ? 200 : HttpAnswer.failure(fate));
            if (fate.isConnected()) {
                Tunnel.use(socket, fate);
            }
        }
    }
}
