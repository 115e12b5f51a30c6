package dev.tidewait.netty;

import dev.tidewait.netty.ConnectFailedException.Reason;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * Connects from leased ports: the rule around every Netty connect. Any thread.
 *
 * <pre>{@code
 * try (OutgoingPorts ports = OutgoingPorts.open(PortSettings.DEFAULT, Transport.best(), loops)) {
 *     Connector connector = new LeasedConnector(ports);
 *     connector.connect(new ConnectRequest(loops.next(), address, handler, true, 5_000, 10_000));
 * }
 * }</pre>
 */
public final class LeasedConnector implements Connector {
    private final OutgoingPorts ports;

    public LeasedConnector(OutgoingPorts ports) {
        this.ports = ports;
    }

    @Override
    public Future<Channel> connect(ConnectRequest request) {
        ConnectAttempt attempt = new ConnectAttempt(ports, request);
        if (request.loop().inEventLoop()) {
            attempt.start();
        } else {
            try {
                request.loop().execute(attempt::start);
            } catch (RejectedExecutionException e) {
                attempt.notFound(Reason.LOCAL, "cannot connect: the event loop of the request has ended", e);
            }
        }
        return attempt.answer();
    }
}
