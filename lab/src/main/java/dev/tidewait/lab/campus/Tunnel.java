package dev.tidewait.lab.campus;

import java.io.IOException;

/** What is done in a tunnel, whatever opened it: a byte up that says how it shall end, a byte down. No state. */
final class Tunnel {
    private Tunnel() {}

    static void use(ClientSocket socket, Fate fate) throws IOException {
        socket.send(String.valueOf(fate.letter()));
        switch (fate) {
            case CLIENT_FIRST -> {
                socket.read();
                socket.closeFirst();
            }
            case SERVER_FIRST -> {
                socket.read();
                socket.expectEnd(false);
            }
            case RESET -> {
                socket.read();
                socket.expectEnd(true);
            }
            case RESET_UNANSWERED -> socket.expectEnd(true);
            case SILENT -> socket.expectSilence();
            case REFUSED, UNREACHED -> throw new Unexpected("connected to nobody");
        }
    }
}
