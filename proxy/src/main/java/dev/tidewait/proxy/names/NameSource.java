package dev.tidewait.proxy.names;

import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;

/** Whoever can be asked for the addresses of a name. Any thread. Remembers nothing and counts nothing; {@link NameLookup} does. */
public interface NameSource extends AutoCloseable {
    /**
     * Who is asked on this host.
     *
     * @param datagrams and streams of the transport of the event loops that will ask
     */
    static NameSource ofHost(
            NameSettings settings,
            ChannelFactory<? extends DatagramChannel> datagrams,
            ChannelFactory<? extends SocketChannel> streams) {
        return switch (settings.service()) {
            case DNS -> DnsNames.ofHost(settings, datagrams, streams);
            case SYSTEM -> SystemNames.ofHost(settings);
        };
    }

    /**
     * Asks. The answer comes on the loop and always succeeds, unless it is cancelled because nobody wants it any more.
     *
     * @param host in lower case; a dot at the end means that no search domain shall be tried
     */
    Future<NameAnswer> ask(String host, EventLoop loop);

    /** Looks for changes of configuration files; may block. Gives whether former answers may be wrong now. */
    boolean refresh();

    /** Lets go of what is not in use; questions under way go on, one that comes later may be refused. */
    @Override
    void close();
}
