package dev.tidewait.proxy.names;

import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks DNS servers: those of the settings, or of {@code /etc/resolv.conf} as it is now. Any thread.
 *
 * <p>Nothing is opened, and none of the classes of Netty's resolver is loaded, before the first question of an event loop.
 */
final class DnsNames implements NameSource {
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
    /** RFC 1035, section 2.3.4, as text. */
    private static final int MAX_NAME_LENGTH = 253;

    /** The servers and their order, for as long as the file says the same. */
    private record Servers(ResolvConf conf, ServerOrder order) {
        Servers(ResolvConf conf) {
            this(conf, new ServerOrder(conf));
        }
    }

    private final NameSettings settings;
    private final DnsClient.Channels channels;
    private final WatchedFile<ResolvConf> file;
    private volatile Servers servers;
    private final Map<EventLoop, DnsClient> clients = new ConcurrentHashMap<>();

    DnsNames(NameSettings settings, Path resolvConf, DnsClient.Channels channels) {
        this.settings = settings;
        this.channels = channels;
        this.file = new WatchedFile<>(resolvConf, ResolvConf::read);
        this.servers = new Servers(conf());
    }

    /** @param datagrams and streams of the event loops' transport */
    static DnsNames ofHost(
            NameSettings settings,
            ChannelFactory<? extends DatagramChannel> datagrams,
            ChannelFactory<? extends SocketChannel> streams) {
        return new DnsNames(settings, RESOLV_CONF, new DnsClient.Channels(datagrams, streams));
    }

    private ResolvConf conf() {
        return settings.servers().isEmpty() ? file.value() : file.value().withServers(settings.servers());
    }

    @Override
    public Future<NameAnswer> ask(String host, EventLoop loop) {
        Promise<NameAnswer> answer = loop.newPromise();
        if (loop.inEventLoop()) {
            start(host, loop, answer);
        } else {
            loop.execute(() -> start(host, loop, answer));
        }
        return answer;
    }

    private void start(String host, EventLoop loop, Promise<NameAnswer> answer) {
        try {
            DnsClient client = client(loop);
            new AddressQuestion(client, candidates(host, client.conf()), answer).start();
        } catch (RuntimeException e) {
            answer.trySuccess(new NameAnswer.NotFound(NameFailure.LOCAL, e.toString()));
        }
    }

    private DnsClient client(EventLoop loop) {
        Servers now = servers;
        DnsClient known = clients.get(loop);
        if (known != null && known.order().equals(now.order())) {
            return known;
        }
        DnsClient fresh = new DnsClient(loop, channels, now.conf(), now.order());
        clients.put(loop, fresh);
        return fresh;
    }

    /** The names to ask for, each with a dot at the end. */
    private List<String> candidates(String host, ResolvConf conf) {
        List<String> names = new ArrayList<>();
        if (settings.search() && host.indexOf('.') < 0) {
            for (String domain : conf.search()) {
                names.add(host + "." + domain + ".");
            }
        }
        names.add(host.endsWith(".") ? host : host + ".");
        names.removeIf(name -> name.length() > MAX_NAME_LENGTH + 1);
        return names;
    }

    @Override
    public boolean refresh() {
        if (!file.refresh()) {
            return false;
        }
        servers = new Servers(conf());
        return true;
    }

    @Override
    public void close() {
        clients.values().forEach(DnsClient::close);
        clients.clear();
    }
}
