package dev.tidewait.app.doctor;

import dev.tidewait.doctor.census.Exhaustion;
import dev.tidewait.doctor.census.LedgerRow;
import dev.tidewait.doctor.census.LedgerUse;
import dev.tidewait.doctor.census.TidewaitAccount;
import dev.tidewait.doctor.census.TidewaitAccount.Served;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortSet;
import dev.tidewait.proxy.address.IpLiteral;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads {@code /ports} of the admin endpoint ({@code PortsPage}, {@code HookPortsPage}). What it does not know it skips, so that a newer program can be
 * asked too. Owned by one thread, used once.
 */
final class AccountReader {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Of ledgers, or of sources and destinations of a hook: about 4 MB. A page has thousand destinations at most. */
    private static final int MOST_ROWS = 20_000;

    private final List<LedgerRow> rows = new ArrayList<>();
    private final List<Served> served = new ArrayList<>();
    private PortSet ports = PortSet.EMPTY;
    private boolean isHook;
    private int destinationCount;
    private int read;
    private boolean isFull;

    private AccountReader() {}

    /**
     * What it says.
     *
     * @param missing destinations that are in its books and not here, because the page was cut
     */
    record Result(TidewaitAccount account, int missing) {}

    /**
     * Nothing of it is quoted, also not where it is not understood: who answers may be anybody, and the reader's terminal obeys what it is sent.
     *
     * @throws IOException if it is not what Tidewait answers
     */
    static Result read(PageRequest.Body body) throws IOException {
        AccountReader reader = new AccountReader();
        int length = body.to() - body.from();
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), body.bytes(), body.from(), length)) {
            reader.readRoot(json);
        } catch (JacksonException | IllegalArgumentException e) {
            // The most endangered destinations come first: of a page that is too long they are here.
            if ((body.isWhole() && !reader.isFull) || reader.read == 0) {
                throw new IOException("its answer is not understood: " + reason(e), e);
            }
        }
        TidewaitAccount account = reader.isHook
                ? new TidewaitAccount.OfHook(reader.ports, reader.served)
                : new TidewaitAccount.OfLedgers(reader.ports, reader.rows);
        return new Result(account, Math.max(0, reader.destinationCount - reader.read));
    }

    private static String reason(Exception e) {
        return e instanceof Unexpected unexpected ? unexpected.words : "it is not the JSON that Tidewait writes";
    }

    /** Says so in words of this program alone. */
    private static final class Unexpected extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        private final String words;

        private Unexpected(String words) {
            super(words);
            this.words = words;
        }

        private Unexpected(String words, IllegalArgumentException cause) {
            super(words, cause);
            this.words = words;
        }
    }

    private void readRoot(JsonParser json) {
        expect(json.nextToken(), JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "ports" -> ports = ports(json.getString());
                case "cgroup" -> isHook = true;
                case "destinationCount" -> destinationCount = json.getIntValue();
                case "destinations" -> {
                    expect(value, JsonToken.START_ARRAY);
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        readDestination(json);
                        read++;
                    }
                }
                default -> json.skipChildren();
            }
        }
    }

    private void readDestination(JsonParser json) {
        Fields pool = new Fields();
        List<Fields> sources = new ArrayList<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("sources") && value == JsonToken.START_ARRAY) {
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    checkRoom(sources.size());
                    sources.add(readSource(json));
                }
            } else {
                pool.read(name, value, json);
            }
        }
        Destination destination = destination(pool.destination);
        if (!pool.source.isEmpty()) {
            checkRoom(0);
            served.add(new Served(address(pool.source), destination));
        }
        sources.forEach(source -> rows.add(new LedgerRow(address(source.source), destination, pool.use(source))));
    }

    private void checkRoom(int more) {
        if (rows.size() + served.size() + more >= MOST_ROWS) {
            isFull = true;
            throw new Unexpected("it has more than " + MOST_ROWS + " rows");
        }
    }

    private static Fields readSource(JsonParser json) {
        Fields source = new Fields();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            source.read(name, json.nextToken(), json);
        }
        return source;
    }

    /** What a destination, or one source of it, says. */
    private static final class Fields {
        private String destination = "";
        private String source = "";
        private int usable;
        private int leased;
        private int cooling;
        private int aside;
        private int headroom;
        private int waiting;
        private double leasesPerSecond;
        private double exhaustionSeconds = -1;
        private long leastFloorMillis;

        private void read(String name, JsonToken value, JsonParser json) {
            switch (name) {
                case "destination" -> destination = json.getString();
                case "source" -> source = json.getString();
                case "usable" -> usable = json.getIntValue();
                case "leased" -> leased = json.getIntValue();
                case "cooling" -> cooling = json.getIntValue();
                case "aside" -> aside = json.getIntValue();
                case "headroom" -> headroom = json.getIntValue();
                case "waiting" -> waiting = json.getIntValue();
                case "leaseRatePerSecond" -> leasesPerSecond = json.getDoubleValue();
                case "timeToExhaustionSeconds" ->
                    exhaustionSeconds = value == JsonToken.VALUE_NULL ? -1 : json.getDoubleValue();
                case "leastFloorMillis" -> leastFloorMillis = json.getLongValue();
                default -> json.skipChildren();
            }
        }

        /** The ledger of one source of this destination. */
        private LedgerUse use(Fields ofSource) {
            return new LedgerUse(
                    ofSource.usable,
                    ofSource.leased,
                    ofSource.cooling,
                    ofSource.aside,
                    ofSource.headroom,
                    waiting,
                    leasesPerSecond,
                    leastFloorMillis,
                    exhaustion(ofSource));
        }

        private Exhaustion exhaustion(Fields ofSource) {
            if (waiting > 0 || exhaustionSeconds == 0) {
                return new Exhaustion.Reached();
            }
            return exhaustionSeconds > 0
                    ? new Exhaustion.Foreseen(exhaustionSeconds)
                    : new Exhaustion.NotForeseen(ofSource.usable - ofSource.headroom);
        }
    }

    private static PortSet ports(String text) {
        if (text.equals(PortSet.EMPTY.toString())) {
            return PortSet.EMPTY;
        }
        try {
            return PortSet.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Unexpected("it names ports that are none", e);
        }
    }

    /** As {@link Destination#toString} writes it. */
    private static Destination destination(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new Unexpected("it names a destination that is none");
        }
        String host = text.substring(0, colon);
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        IpAddress address = address(bare);
        try {
            return new Destination(address, Integer.parseInt(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new Unexpected("it names a destination that is none", e);
        }
    }

    private static IpAddress address(String text) {
        InetAddress address = IpLiteral.parse(text);
        if (address == null) {
            throw new Unexpected("it names an address that is none");
        }
        return IpAddress.of(address);
    }

    private static void expect(JsonToken found, JsonToken wanted) {
        if (found != wanted) {
            throw new Unexpected("it has " + found + " where " + wanted + " is expected");
        }
    }
}
