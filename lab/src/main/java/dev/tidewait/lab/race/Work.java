package dev.tidewait.lab.race;

import static dev.tidewait.lab.race.Passage.BYTES;
import static dev.tidewait.lab.race.Passage.HTTP;
import static dev.tidewait.lab.race.Passage.HTTP_KEPT;
import static dev.tidewait.lab.race.Passage.TUNNEL;

import dev.tidewait.lab.CloseOrder;
import java.util.Arrays;
import java.util.Optional;

/** What is done. Immutable; {@link #toString} is the first part of a cell's name, its beginning the letter of docs/race.md. */
enum Work {
    NEW_CLIENT_FIRST("a-client", "new connections a second, the client closes first", BYTES, Rounds.SEVERAL),
    NEW_SERVER_FIRST("a-server", "new connections a second, the server closes first", BYTES, Rounds.SEVERAL),
    NO_TIMESTAMPS("b", "without timestamps, asked for 0.9 × ports ÷ floor", BYTES, Rounds.ONE_LONG),
    CONNECT_EMPTY("c-empty", "1,000 connects a second from 10,000 ports, none used before", BYTES, Rounds.SEVERAL),
    CONNECT_COOLING("c-cooling", "the same, 2,000 of the ports live, the others cooling", BYTES, Rounds.SEVERAL),
    HTTP_EACH("d-close", "HTTP requests a second, each with connections of its own", HTTP, Rounds.SEVERAL),
    HTTP_REUSED("d-kept", "HTTP requests a second over kept connections", HTTP_KEPT, Rounds.SEVERAL),
    TUNNELS("e", "new CONNECT tunnels a second", TUNNEL, Rounds.SEVERAL),
    BULK_ONE("f-1", "MiB a second through one connection", BYTES, Rounds.SEVERAL),
    BULK_HUNDRED("f-100", "MiB a second through 100 connections", BYTES, Rounds.SEVERAL),
    IDLE_TUNNELS("g", "memory with 8,000 idle tunnels", TUNNEL, Rounds.SEVERAL),
    DESTINATIONS("h", "new CONNECT tunnels a second, spread over 10,000 destinations", TUNNEL, Rounds.SEVERAL),
    START("i", "from exec to the first connection let in", BYTES, Rounds.SEVERAL),
    OPEN_HALF("j-50", "at 50 % of its own (a), open loop", BYTES, Rounds.SEVERAL),
    OPEN_MOST("j-80", "at 80 % of its own (a), open loop", BYTES, Rounds.SEVERAL),
    NEW_LONG("a120", "as (a), long enough for a whole TIME_WAIT and its end", BYTES, Rounds.ONE_LONG),
    NO_TIMESTAMPS_TWO_SOURCES(
            "b2", "without timestamps, two sources, asked for 0.9 × its own (a)", BYTES, Rounds.ONE_LONG);

    private final String name;
    private final String title;
    private final Passage passage;
    private final Rounds rounds;

    /** How often. */
    private enum Rounds {
        SEVERAL,
        ONE_LONG
    }

    Work(String name, String title, Passage passage, Rounds rounds) {
        this.name = name;
        this.title = title;
        this.passage = passage;
        this.rounds = rounds;
    }

    /** For people. */
    String title() {
        return title;
    }

    Passage passage() {
        return passage;
    }

    /** One round that is long, instead of several short ones. */
    boolean isOnceAndLong() {
        return rounds == Rounds.ONE_LONG;
    }

    /** What {@code --work} takes: a letter for all that begin with it and a dash, else the name. */
    String group() {
        return name.substring(0, name.indexOf('-') < 0 ? name.length() : name.indexOf('-'));
    }

    /** Part of a race that was asked for without options. */
    boolean isUsual() {
        return this.compareTo(HTTP_REUSED) <= 0;
    }

    boolean hasTimestamps() {
        return this != NO_TIMESTAMPS && this != NO_TIMESTAMPS_TWO_SOURCES;
    }

    /** Of the proxy. */
    int sources() {
        return this == NO_TIMESTAMPS_TWO_SOURCES ? 2 : 1;
    }

    CloseOrder ending() {
        return this == NEW_SERVER_FIRST ? CloseOrder.SERVER : CloseOrder.CLIENT;
    }

    /** The share of the contestant's own (a) that is asked of it; empty where its own (a) does not matter. */
    Optional<Double> shareOfOwnBest() {
        return switch (this) {
            case OPEN_HALF -> Optional.of(0.5);
            case OPEN_MOST -> Optional.of(0.8);
            case NO_TIMESTAMPS_TWO_SOURCES -> Optional.of(0.9);
            default -> Optional.empty();
        };
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static Work named(String name) {
        return Arrays.stream(values())
                .filter(work -> work.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no work " + name));
    }

    @Override
    public String toString() {
        return name;
    }
}
