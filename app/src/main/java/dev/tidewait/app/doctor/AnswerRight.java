package dev.tidewait.app.doctor;

import dev.tidewait.doctor.host.TidewaitPrograms;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.Listeners;
import dev.tidewait.linux.PortBlockLock;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.UnixDiag;
import dev.tidewait.ports.PortSet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Whether who answers for some ports may speak for them. Every user can publish an endpoint; heard is root, the user who asks, and the one who holds the
 * ports. All three by the kernel's word (sock_diag). Used by one thread, in its network namespace. No state.
 */
final class AnswerRight {
    private static final int ROOT = 0;

    private AnswerRight() {}

    /** What speaks against it; empty if nothing does. */
    static Optional<String> objection(InetSocketAddress endpoint, PortSet ports, TidewaitPrograms programs) {
        try {
            Set<Integer> strangers = listening(endpoint);
            if (strangers.isEmpty()) {
                return Optional.of("nobody listens there any more");
            }
            strangers.remove(ROOT);
            strangers.remove(thisUser());
            if (strangers.isEmpty()) {
                return Optional.empty();
            }
            Set<OptionalInt> holders = holders(ports, programs);
            String user = "it belongs to user "
                    + Integer.toUnsignedString(strangers.iterator().next());
            if (holders.contains(OptionalInt.empty())) {
                return Optional.of(user + ", and the kernel does not tell who holds its ports");
            }
            boolean isHolder = strangers.size() == 1
                    && holders.equals(Set.of(OptionalInt.of(strangers.iterator().next())));
            return isHolder ? Optional.empty() : Optional.of(user + ", who does not hold the ports that it tells of");
        } catch (LinuxException | IOException e) {
            return Optional.of("whose it is cannot be told: " + e.getMessage());
        }
    }

    private static Set<Integer> listening(InetSocketAddress endpoint) {
        try (SocketDiag diag = SocketDiag.open()) {
            return Listeners.users(diag, endpoint);
        }
    }

    private static int thisUser() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /** Of all blocks that the ports touch. */
    private static Set<OptionalInt> holders(PortSet ports, TidewaitPrograms programs) {
        Set<Integer> blocks = new HashSet<>();
        for (int port : ports.toArray()) {
            blocks.add(port - port % PortBlockLock.BLOCK_PORTS);
        }
        Set<OptionalInt> users = new HashSet<>();
        try (UnixDiag diag = UnixDiag.open()) {
            for (int block : blocks) {
                Integer inode = programs.holders().get(block);
                users.add(inode == null ? OptionalInt.empty() : diag.userOf(inode));
            }
        }
        return users;
    }
}
