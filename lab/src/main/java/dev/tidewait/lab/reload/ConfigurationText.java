package dev.tidewait.lab.reload;

import dev.tidewait.lab.LoadPlan;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The proxy's configuration as far as reloads change it, and what a reload from one to another must report. Immutable.
 *
 * @param listeners where each listens, by name; all are HTTP proxies
 * @param values what is written for a key, in the shortest way
 * @param user the only one in the user file
 */
record ConfigurationText(
        Places places, Map<String, InetSocketAddress> listeners, Map<String, String> values, String user) {
    static final String PASSWORD = "steady";
    private static final String HASH = "$2y$05$abcdefghijklmnopqrstuunG/lI7vlik0krJFRSKvEyLQEEnmIyAC";
    /** So few that each is used again within seconds. */
    static final String PORTS = "20000-23999";

    /** The least of all that a reload sets. */
    static final long LEAST_FLOOR_MILLIS = 1_000;

    static final String DENIED = "access.deny-names";
    static final String LIMIT = "access.limits.connections";
    static final String IDLE = "timeouts.idle";
    static final String KEEP_ALIVE = "http.keepAlive";
    static final String KEPT = "http.idlePerDestination";
    static final String FLOOR = "timeWait.floor.timestamps";
    static final String NAMES = "names.maxTtl";
    static final String LOG = "accessLog.file";
    private static final String USERS = "access.users.file";
    private static final String NOTHING = "-";

    ConfigurationText {
        listeners = Map.copyOf(listeners);
        values = Map.copyOf(values);
    }

    /** What the proxy is started with. */
    static ConfigurationText first(Places places) {
        return new ConfigurationText(
                places,
                Map.of("web", places.listener()),
                Map.of(
                        DENIED, "[.first.example]",
                        LIMIT, "5000",
                        IDLE, "5m",
                        KEEP_ALIVE, "true",
                        KEPT, "64",
                        FLOOR, "1s",
                        NAMES, "5m",
                        LOG, places.folder().resolve("access.log").toString()),
                "first");
    }

    ConfigurationText with(String key, String value) {
        Map<String, String> changed = new TreeMap<>(values);
        changed.put(key, value);
        return new ConfigurationText(places, listeners, changed, user);
    }

    ConfigurationText withListeners(Map<String, InetSocketAddress> others) {
        return new ConfigurationText(places, others, values, user);
    }

    ConfigurationText withUser(String name) {
        return new ConfigurationText(places, listeners, values, name);
    }

    String value(String key) {
        return values.getOrDefault(key, NOTHING);
    }

    /** A listener's entry as the file has it, and as a reload reports it. */
    private String entry(String name) {
        InetSocketAddress bind = listeners.get(name);
        return bind == null
                ? NOTHING
                : "{ name: " + name + ", type: http-proxy, bind: " + LoadPlan.endpoint(bind) + " }";
    }

    /** The configuration file. */
    String yaml() {
        return """
                listeners: [%s]
                access:
                  allow: [10.71.0.0/16]
                  users: { file: %s, without-password: [10.71.64.0/18] }
                  deny-names: %s
                  limits: { connections: %s }
                  connect-ports: [1-65535]
                  http-ports: [1-65535]
                timeouts: { idle: %s, serverIdle: 1s }
                http: { keepAlive: %s, idlePerDestination: %s }
                timeWait: { floor: { timestamps: %s } }
                names: { maxTtl: %s }
                accessLog: { file: %s }
                sources: { addresses: [%s], ports: "%s" }
                admin: { bind: 127.0.0.1:8404 }
                """.formatted(
                new TreeSet<>(listeners.keySet()).stream().map(this::entry).collect(Collectors.joining(", ")),
                places.userFile(),
                value(DENIED),
                value(LIMIT),
                value(IDLE),
                value(KEEP_ALIVE),
                value(KEPT),
                value(FLOOR),
                value(NAMES),
                value(LOG),
                places.source().getHostAddress(),
                PORTS);
    }

    /** The user file. */
    String users() {
        return user + ":" + HASH + "\n";
    }

    /** What a reload from this configuration to {@code next} reports: one line for each key, without an order. */
    Set<String> changesTo(ConfigurationText next) {
        Set<String> lines = new TreeSet<>();
        Set<String> names = new TreeSet<>(listeners.keySet());
        names.addAll(next.listeners.keySet());
        for (String name : names) {
            add("listeners[" + name + "]", entry(name), next.entry(name), lines);
        }
        values.keySet().forEach(key -> add(key, value(key), next.value(key), lines));
        if (!user.equals(next.user)) {
            add(USERS, places.userFile().toString(), places.userFile() + " (other contents)", lines);
        }
        return lines;
    }

    private static void add(String key, String before, String after, Set<String> lines) {
        boolean later = key.startsWith("listeners") || key.equals("http.clientAddress");
        if (!before.equals(after)) {
            lines.add(line(key, before, after, later ? "new connections" : "now"));
        }
    }

    /** As the product's log has it. */
    static String line(String key, String before, String after, String effect) {
        return key + ": " + before + " → " + after + " (" + effect + ")";
    }
}
