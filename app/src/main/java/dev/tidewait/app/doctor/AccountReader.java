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

    private final List<LedgerRow> rows = new ArrayList<>();
    private final List<Served> served = new ArrayList<>();
    private PortSet ports = PortSet.EMPTY;
    private boolean isHook;
    private int destinationCount;
    private int read;

    private AccountReader() {}

    /**
     * What it says.
     *
     * @param missing destinations that are in its books and not here, because the page was cut
     */
    record Result(TidewaitAccount account, int missing) {}

    /** @throws IOException if it is not what Tidewait answers */
    static Result read(PageRequest.Body body) throws IOException {
        AccountReader reader = new AccountReader();
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), body.bytes())) {
            reader.readRoot(json);
        } catch (JacksonException | IllegalArgumentException e) {
            // The most endangered destinations come first: of a page that is too long they are here.
            if (body.isWhole() || reader.read == 0) {
                throw new IOException("its answer is not understood: " + firstLine(e), e);
            }
        }
        TidewaitAccount account = reader.isHook
                ? new TidewaitAccount.OfHook(reader.ports, reader.served)
                : new TidewaitAccount.OfLedgers(reader.ports, reader.rows);
        return new Result(account, Math.max(0, reader.destinationCount - reader.read));
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
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
                    sources.add(readSource(json));
                }
            } else {
                pool.read(name, value, json);
            }
        }
        Destination destination = destination(pool.destination);
        if (isHook) {
            served.add(new Served(address(pool.source), destination));
        }
        sources.forEach(source -> rows.add(new LedgerRow(address(source.source), destination, pool.use(source))));
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
        return text.equals(PortSet.EMPTY.toString()) ? PortSet.EMPTY : PortSet.parse(text);
    }

    /** As {@link Destination#toString} writes it. */
    private static Destination destination(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("\"" + text + "\" is no destination");
        }
        String host = text.substring(0, colon);
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return new Destination(address(bare), Integer.parseInt(text.substring(colon + 1)));
    }

    private static IpAddress address(String text) {
        InetAddress address = IpLiteral.parse(text);
        if (address == null) {
            throw new IllegalArgumentException("\"" + text + "\" is no address");
        }
        return IpAddress.of(address);
    }

    private static void expect(JsonToken found, JsonToken wanted) {
        if (found != wanted) {
            throw new IllegalArgumentException("it has " + found + " where " + wanted + " is expected");
        }
    }
}
