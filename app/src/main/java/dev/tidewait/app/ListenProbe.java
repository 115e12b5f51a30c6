package dev.tidewait.app;

import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.ListenerSection;
import dev.tidewait.proxy.ListenFailedException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the addresses to listen on can be had: binds to each for a moment and never listens, so no client can come. No state. */
final class ListenProbe {
    private ListenProbe() {}

    /** Everything that is in the way, listeners first. */
    static List<ListenFailedException> all(Configuration configuration) {
        List<ListenFailedException> failures = new ArrayList<>();
        for (ListenerSection listener : configuration.listeners()) {
            probe("listener " + listener.name(), listener.bind(), "bind this listener elsewhere")
                    .ifPresent(failures::add);
        }
        configuration
                .admin()
                .flatMap(admin -> probe("the admin endpoint", admin.bind(), "choose another admin.bind, or admin: off"))
                .ifPresent(failures::add);
        return failures;
    }

    private static Optional<ListenFailedException> probe(String who, InetSocketAddress where, String elsewhere) {
        StandardProtocolFamily family =
                where.getAddress() instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        try (SocketChannel channel = SocketChannel.open(family)) {
            // As the listener does: closed connections of a former one are not in the way.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(where);
            return Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of(ListenFailedException.of(who, where, e, elsewhere));
        }
    }
}
