package dev.tidewait.lab.reload;

import com.google.errorprone.annotations.Immutable;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What one reload changes. An odd number of them comes in turn, so that each meets both ways to ask for a reload. */
enum ReloadKind {
    LISTENER_ADDED((now, number) ->
            Written.valid(plus(now, "other" + number, now.places().other(number)))),
    NAME_DENIED((now, number) -> Written.valid(now.with(ConfigurationText.DENIED, "[.denied" + number + ".example]"))),
    UNKNOWN_KEY((now, number) ->
            Written.wrong(now.yaml() + "idel" + number + ": 5s\n", now, "unknown key 'idel" + number + "'")),
    LISTENER_REMOVED((now, number) -> Written.valid(without(now, "other"))),
    USER_FILE((now, number) -> Written.valid(now.withUser("user" + number))),
    TIME_OUT((now, number) -> Written.valid(now.with(ConfigurationText.IDLE, millis(300_000 + number)))),
    /** Nothing of such a file applies, also not what could. */
    ADDRESS_TAKEN((now, number) -> Written.impossible(
            plus(now, "taken" + number, now.places().taken())
                    .with(ConfigurationText.IDLE, millis(1))
                    .yaml(),
            now,
            "Listener taken" + number + " cannot listen on ")),
    LIMIT((now, number) -> Written.valid(now.with(ConfigurationText.LIMIT, Integer.toString(5_000 + number)))),
    /** Its address stays open. */
    LISTENER_RENAMED((now, number) ->
            Written.valid(plus(without(now, "web"), "web" + number, now.places().listener()))),
    REQUESTS((now, number) -> Written.valid(now.with(
                    ConfigurationText.KEEP_ALIVE,
                    now.value(ConfigurationText.KEEP_ALIVE).equals("true") ? "false" : "true")
            .with(ConfigurationText.KEPT, Integer.toString(64 + number)))),
    NO_USER_FILE((now, number) -> Written.wrong(
            now.yaml().replace(now.places().userFile().toString(), now.places().userFile() + Integer.toString(number)),
            now,
            "make it with htpasswd -B -c " + now.places().userFile() + number + " ")),
    FLOOR((now, number) ->
            Written.valid(now.with(ConfigurationText.FLOOR, millis(ConfigurationText.LEAST_FLOOR_MILLIS + number)))),
    ACCESS_LOG((now, number) -> Written.valid(now.with(
            ConfigurationText.LOG,
            now.places().folder().resolve("access" + number + ".log").toString()))),
    NO_DURATION((now, number) -> Written.wrong(
            now.with(ConfigurationText.IDLE, number + "parsecs").yaml(), now, "found '" + number + "parsecs'")),
    NAMES((now, number) -> Written.valid(now.with(ConfigurationText.NAMES, millis(300_000 + number)))),
    /** Not in turn but the last one: everything that has changed since the start, at once. */
    ALL_BACK((now, number) -> Written.valid(ConfigurationText.first(now.places())));

    @Immutable
    private interface Change {
        Written write(ConfigurationText now, int number);
    }

    private final Change change;

    ReloadKind(Change change) {
        this.change = change;
    }

    static List<ReloadKind> inTurn() {
        return Arrays.stream(values()).filter(kind -> kind != ALL_BACK).toList();
    }

    /**
     * The file of a reload.
     *
     * @param now what applies
     * @param number of the reload, below 1,000; makes its values different from all others
     */
    Written write(ConfigurationText now, int number) {
        return change.write(now, number);
    }

    private static ConfigurationText plus(ConfigurationText now, String name, InetSocketAddress bind) {
        Map<String, InetSocketAddress> more = new TreeMap<>(now.listeners());
        more.put(name, bind);
        return now.withListeners(more);
    }

    private static ConfigurationText without(ConfigurationText now, String prefix) {
        Map<String, InetSocketAddress> left = new TreeMap<>(now.listeners());
        left.keySet().removeIf(name -> name.startsWith(prefix));
        return now.withListeners(left);
    }

    /** The shortest way to write it, unless it is whole seconds. */
    private static String millis(long count) {
        return count + "ms";
    }

    /** For reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
