package dev.tidewait.lab.campus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;

/** A tunnel by SOCKS5 (RFC 1928), without a password. No state. */
final class SocksVisit implements Visit {
    private static final int VERSION = 5;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int IPV6 = 4;
    private static final int PORT = 443;
    private static final int SUCCEEDED = 0;
    private static final int HOST_UNREACHABLE = 4;
    private static final int REFUSED = 5;
    private static final int TTL_EXPIRED = 6;

    @Override
    public void make(InetAddress from, Town town, Fate fate, int random) throws IOException {
        try (ClientSocket socket = ClientSocket.open(from, town.socks())) {
            socket.send(new byte[] {VERSION, 1, 0});
            if (socket.read() != VERSION || socket.read() != 0) {
                throw new Unexpected("SOCKS5 without a password is refused");
            }
            byte[] address = InetAddress.getByName(town.host(fate, random)).getAddress();
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes(new byte[] {VERSION, CONNECT, 0, (byte) (address.length == 4 ? IPV4 : IPV6)});
            request.writeBytes(address);
            request.writeBytes(new byte[] {PORT >> 8, (byte) PORT});
            socket.send(request.toByteArray());
            int reply = readReply(socket);
            boolean isRight = switch (fate) {
                case REFUSED -> reply == REFUSED;
                case UNREACHED -> reply == HOST_UNREACHABLE || reply == TTL_EXPIRED;
                default -> reply == SUCCEEDED;
            };
            if (!isRight) {
                throw new Unexpected("reply " + reply);
            }
            if (fate.isConnected()) {
                Tunnel.use(socket, fate);
            }
        }
    }

    private static int readReply(ClientSocket socket) throws IOException {
        byte[] head = socket.read(4);
        if (head[0] != VERSION || head[2] != 0 || (head[3] != IPV4 && head[3] != IPV6)) {
            throw new Unexpected("not a reply of SOCKS5");
        }
        socket.read((head[3] == IPV4 ? 4 : 16) + 2);
        return head[1];
    }
}
