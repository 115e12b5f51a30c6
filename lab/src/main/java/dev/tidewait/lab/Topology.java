package dev.tidewait.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Client – proxy – server, or client – server, over veth pairs; with a masquerading router before the server if asked. Any thread
 * may use it; close it once.
 *
 * <pre>
 *   client c0 ── p0 proxy p1 ── s0 server
 *   client c0 ── p0 proxy p1 ── r0 router r1 ── s0 server
 *   client c0 ── s0 server                                     (direct)
 * </pre>
 *
 * Never loopback: Linux treats it differently ({@code tcp_tw_reuse=2}). The clients' many addresses are routed, not configured
 * ("AnyIP": a local route for the prefix). Checksums are not computed on veth, and packet taps see whole segments before they are
 * cut: count segments, not bytes.
 *
 * <p>The congestion control is Reno everywhere. A new namespace inherits the host's default, and one such as BBR would bring its pacing
 * into the bed. Reno has none and is the only one that every kernel has and lets a namespace choose; Cubic is refused (EPERM) where the
 * host does not allow it to everybody.
 */
public final class Topology implements AutoCloseable {
    /** Where origins listen: below every source port, so that an observer can tell the sides apart. */
    public static final int ORIGIN_PORT = 80;

    /** Where proxies listen. */
    public static final int PROXY_PORT = 8080;

    private static final int CLIENT_LINK = 1;
    private static final int PROXY_LINK = 2;
    private static final int SERVER_LINK = 3;
    private static final int BEHIND_LINK = 9;
    private static final int SERVER_HOST = 1;
    private static final int CLIENT_HOST = 2;
    private static final int PROXY_HOST = 3;
    private static final int ROUTER_HOST = 254;
    private static final int FIRST_PROXY_SOURCE = 11;

    private final TopologyPlan plan;
    private final AddressPlan addresses;
    private final Deque<Namespace> namespaces = new ArrayDeque<>();
    private final Namespace client;
    private final Namespace server;
    private final Optional<Namespace> proxy;
    private final Optional<Namespace> router;
    private final int serverLink;

    private Optional<ImpairedLink> impaired = Optional.empty();

    private Topology(TopologyPlan plan, boolean withProxy, Optional<LinkPlan> link) {
        this.plan = plan;
        this.addresses = new AddressPlan(plan.ipv6());
        this.serverLink = !withProxy ? CLIENT_LINK : plan.router() ? SERVER_LINK : PROXY_LINK;
        try {
            this.client = add("client");
            this.proxy = withProxy ? Optional.of(add("proxy")) : Optional.empty();
            this.router = withProxy && plan.router() ? Optional.of(add("router")) : Optional.empty();
            this.server = add("server");
            setSysctls();
            this.impaired = link.map(this::impair);
            join();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Client – proxy – server.
     *
     * @throws LabException without CAP_SYS_ADMIN, or when {@code ip} or {@code nft} are missing
     */
    public static Topology proxied(TopologyPlan plan) {
        return new Topology(plan, true, Optional.empty());
    }

    /**
     * Client – proxy – server, with an impaired link between proxy (left) and server (right).
     *
     * @throws IllegalArgumentException if the plan has a router, which has no such link
     */
    public static Topology impaired(TopologyPlan plan, LinkPlan link) {
        if (plan.router()) {
            throw new IllegalArgumentException("the link to a router cannot be impaired");
        }
        return new Topology(plan, true, Optional.of(link));
    }

    /** Client – server; what the plan says about proxy and router does not apply. */
    public static Topology direct(TopologyPlan plan) {
        return new Topology(plan, false, Optional.empty());
    }

    public Namespace client() {
        return client;
    }

    public Namespace server() {
        return server;
    }

    /** @throws IllegalStateException in a direct topology */
    public Namespace proxy() {
        return proxy.orElseThrow(() -> new IllegalStateException("a direct topology has no proxy"));
    }

    public Optional<Namespace> router() {
        return router;
    }

    /** The server's interface, where an observer listens. */
    public String serverInterface() {
        return "s0";
    }

    /** The proxy's interface towards the server: an observer there sees what the proxy sends before any link treats it badly. */
    public String proxyInterface() {
        return "p1";
    }

    /** @throws IllegalStateException if the link is not impaired */
    public ImpairedLink impairedLink() {
        return impaired.orElseThrow(() -> new IllegalStateException("no link of this topology is impaired"));
    }

    private ImpairedLink impair(LinkPlan link) {
        return ImpairedLink.start(proxy(), "p1", server, "s0", link);
    }

    /** Where the origin listens. */
    public InetSocketAddress origin() {
        return new InetSocketAddress(addresses.address(serverLink, SERVER_HOST), ORIGIN_PORT);
    }

    /** Where the proxy listens for clients. */
    public InetSocketAddress proxyListener() {
        return new InetSocketAddress(addresses.address(CLIENT_LINK, PROXY_HOST), PROXY_PORT);
    }

    /** The proxy's addresses towards the server. */
    public List<InetAddress> proxySources() {
        List<InetAddress> sources = new ArrayList<>();
        for (int i = 0; i < plan.proxySources(); i++) {
            sources.add(addresses.address(PROXY_LINK, FIRST_PROXY_SOURCE + i));
        }
        return List.copyOf(sources);
    }

    /**
     * The clients' own addresses and ports.
     *
     * @param addressCount 32 of them are used up in 80 s at 25,000 connections a second: longer than any TIME_WAIT
     */
    public SourceRing clients(int addressCount) {
        return SourceRing.of(addresses.firstClient(), addressCount);
    }

    /**
     * Lays a network behind the server, so that whatever reads the interface gets all its segments.
     *
     * @param networkInterface an interface of the server's namespace that is nobody else's
     * @return a host in that network, with the origin's port
     */
    InetSocketAddress attachBehindServer(String networkInterface) {
        String prefix = addresses.linkPrefix(BEHIND_LINK);
        server.sysctl("net.ipv4.ip_forward", "1");
        server.sysctl("net.ipv6.conf.all.forwarding", "1");
        Command.ip(server, "link set " + networkInterface + " up", "route add " + prefix + " dev " + networkInterface);
        if (router.isPresent()) {
            Command.ip(proxy(), "route add " + prefix + " via " + addresses.text(PROXY_LINK, ROUTER_HOST));
        }
        Command.ip(
                router.or(() -> proxy).orElse(client),
                "route add " + prefix + " via " + addresses.text(serverLink, SERVER_HOST));
        return new InetSocketAddress(addresses.address(BEHIND_LINK, SERVER_HOST), ORIGIN_PORT);
    }

    /**
     * Gives the server many addresses beside its own, by routes and not one by one.
     *
     * @return the first of 1,000
     */
    public InetAddress attachManyServers() {
        String prefix = addresses.serverPrefix();
        server.sysctl("net.ipv6.ip_nonlocal_bind", "1");
        Command.ip(server, "route add local " + prefix + " dev lo");
        if (router.isPresent()) {
            Command.ip(proxy(), "route add " + prefix + " via " + addresses.text(PROXY_LINK, ROUTER_HOST));
        }
        Command.ip(
                router.or(() -> proxy).orElse(client),
                "route add " + prefix + " via " + addresses.text(serverLink, SERVER_HOST));
        return addresses.firstServer();
    }

    /** The first of those that {@link #attachManyServers} gives; the others follow by number. */
    public InetAddress firstOfManyServers() {
        return addresses.firstServer();
    }

    /** Removes everything. */
    @Override
    public void close() {
        impaired.ifPresent(ImpairedLink::close);
        while (!namespaces.isEmpty()) {
            namespaces.removeLast().close();
        }
    }

    private Namespace add(String name) {
        Namespace namespace = Namespace.create(name);
        namespaces.add(namespace);
        return namespace;
    }

    private void setSysctls() {
        for (Namespace namespace : namespaces) {
            Command.ip(namespace, "link set lo up");
            if (plan.kernelDefaults() && proxy.filter(namespace::equals).isPresent()) {
                continue;
            }
            namespace.sysctl("net.core.somaxconn", "65535");
            namespace.sysctl("net.ipv4.tcp_max_syn_backlog", "65535");
            namespace.sysctl("net.ipv4.tcp_congestion_control", "reno"); // IPv6 as well
            namespace.sysctl("net.ipv4.tcp_max_tw_buckets", Integer.toString(TopologyPlan.STANDARD.maxTimeWait()));
            // Else an address cannot be used for a second while the kernel asks whether somebody else has it.
            namespace.sysctl("net.ipv6.conf.default.accept_dad", "0");
        }
        client.sysctl("net.ipv4.tcp_timestamps", flag(plan.clientTimestamps()));
        server.sysctl("net.ipv4.tcp_timestamps", flag(plan.serverTimestamps()));
        // The clients keep no TIME_WAIT: load.c says why that changes nothing for the other side.
        client.sysctl("net.ipv4.tcp_max_tw_buckets", "0");
        client.sysctl("net.ipv6.ip_nonlocal_bind", "1"); // IPv6 binds to AnyIP addresses only with this
        proxy.filter(namespace -> !plan.kernelDefaults()).ifPresent(namespace -> {
            namespace.sysctl("net.ipv4.tcp_timestamps", flag(plan.proxyTimestamps()));
            namespace.sysctl("net.ipv4.ip_local_port_range", plan.automaticPorts());
            namespace.sysctl("net.ipv4.tcp_max_tw_buckets", Integer.toString(plan.maxTimeWait()));
        });
        router.ifPresent(namespace -> {
            namespace.sysctl("net.ipv4.ip_forward", "1");
            namespace.sysctl("net.ipv6.conf.all.forwarding", "1");
        });
    }

    private void join() {
        if (proxy.isEmpty()) {
            link(client, "c0", server, "s0");
            address(client, "c0", CLIENT_LINK, CLIENT_HOST);
            address(server, "s0", CLIENT_LINK, SERVER_HOST);
            routeClients(server);
            return;
        }
        link(client, "c0", proxy(), "p0");
        address(client, "c0", CLIENT_LINK, CLIENT_HOST);
        address(proxy(), "p0", CLIENT_LINK, PROXY_HOST);
        routeClients(proxy());
        if (router.isEmpty()) {
            if (impaired.isEmpty()) {
                link(proxy(), "p1", server, "s0");
            }
        } else {
            link(proxy(), "p1", router.get(), "r0");
            link(router.get(), "r1", server, "s0");
            address(router.get(), "r0", PROXY_LINK, ROUTER_HOST);
            address(router.get(), "r1", SERVER_LINK, ROUTER_HOST);
            masquerade(router.get());
        }
        for (int i = 0; i < plan.proxySources(); i++) {
            address(proxy(), "p1", PROXY_LINK, FIRST_PROXY_SOURCE + i);
        }
        address(server, "s0", serverLink, SERVER_HOST);
        if (router.isPresent()) {
            Command.ip(
                    proxy(),
                    "route add " + addresses.linkPrefix(SERVER_LINK) + " via "
                            + addresses.text(PROXY_LINK, ROUTER_HOST));
        }
    }

    private void routeClients(Namespace next) {
        Command.ip(client, "route add local " + addresses.clientPrefix() + " dev lo");
        Command.ip(next, "route add " + addresses.clientPrefix() + " via " + addresses.text(CLIENT_LINK, CLIENT_HOST));
    }

    /**
     * Everything that leaves towards the server gets the router's address, and its own port if that is free: with one source of the
     * proxy the ports seen at the server are the proxy's.
     */
    private void masquerade(Namespace namespace) {
        Command.nft(namespace, """
                table %s nat {
                  chain postrouting {
                    type nat hook postrouting priority srcnat;
                    oifname "r1" masquerade
                  }
                }
                """.formatted(addresses.nftFamily()));
    }

    private static void link(Namespace one, String oneName, Namespace other, String otherName) {
        Command.ip(
                one,
                "link add " + oneName + " type veth peer name " + otherName + " netns " + other.threadId(),
                "link set " + oneName + " up");
        Command.ip(other, "link set " + otherName + " up");
    }

    private void address(Namespace namespace, String networkInterface, int link, int host) {
        Command.ip(
                namespace,
                "address add " + addresses.onLink(link, host) + " dev " + networkInterface
                        + (plan.ipv6() ? " nodad" : ""));
    }

    private static String flag(boolean on) {
        return on ? "1" : "0";
    }
}
