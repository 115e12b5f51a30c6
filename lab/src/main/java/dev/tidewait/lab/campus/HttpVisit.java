package dev.tidewait.lab.campus;

import java.io.IOException;
import java.net.InetAddress;

/** A few requests in absolute-form on one connection, each to another destination; the last one has the visit's fate. No state. */
final class HttpVisit implements Visit {
    private static final int MOST_REQUESTS = 4;
    private static final int POSTED_BYTES = 1_000;
    /** One request in so many has a body. */
    private static final int POSTS = 8;

    @Override
    public void make(InetAddress from, Town town, Fate fate, int random) throws IOException {
        try (ClientSocket socket = ClientSocket.open(from, town.proxy())) {
            int before = Math.floorMod(random >>> 8, MOST_REQUESTS);
            for (int i = 1; i <= before; i++) {
                Fate another = i % 2 == 0 ? Fate.SERVER_FIRST : Fate.CLIENT_FIRST;
                ask(socket, town.host(another, random + i * 7_919), another, random + i, false);
                readAnswer(socket);
            }
            ask(socket, town.host(fate, random), fate, random, true);
            if (fate == Fate.SILENT) {
                socket.expectSilence();
            } else if (fate.isAnswered()) {
                readAnswer(socket);
                socket.expectEnd(false);
            } else {
                HttpAnswer.expect(socket.readHead(), HttpAnswer.failure(fate));
            }
        }
    }

    private static void ask(ClientSocket socket, String host, Fate fate, int random, boolean last) throws IOException {
        boolean posts = Math.floorMod(random, POSTS) == 0;
        StringBuilder request = new StringBuilder(posts ? "POST" : "GET")
                .append(" http://" + host + "/" + fate.letter() + " HTTP/1.1\r\nHost: " + host + "\r\n");
        if (last) {
            request.append("Connection: close\r\n");
        }
        if (posts) {
            request.append("Content-Length: " + POSTED_BYTES + "\r\n\r\n");
            for (int i = 0; i < POSTED_BYTES; i++) {
                request.append(pattern(i));
            }
        } else {
            request.append("\r\n");
        }
        socket.send(request.toString());
    }

    private static void readAnswer(ClientSocket socket) throws IOException {
        String head = socket.readHead();
        HttpAnswer.expect(head, 200);
        String length = ClientSocket.field(head, "Content-Length");
        if (!length.matches("[0-9]{1,4}")) {
            throw new Unexpected("an answer without a small Content-Length");
        }
        byte[] body = socket.read(Integer.parseInt(length));
        for (int i = 0; i < body.length; i++) {
            if (body[i] != pattern(i)) {
                throw new Unexpected("a wrong byte in a body");
            }
        }
    }

    /** Byte of every body: http_message.h. */
    private static char pattern(int i) {
        return (char) ('a' + i % 26);
    }
}
