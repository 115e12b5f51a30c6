package dev.tidewait.proxy.http1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the Connection fields of a head say (RFC 9110, section 7.6.1). Immutable.
 *
 * @param names in lower case: the other fields that are for this connection only
 */
record ConnectionOptions(boolean close, boolean keepAlive, boolean upgrade, boolean te, List<String> names) {
    private static final ConnectionOptions NONE = new ConnectionOptions(false, false, false, false, List.of());
    private static final ConnectionOptions KEEP_ALIVE = new ConnectionOptions(false, true, false, false, List.of());
    private static final ConnectionOptions CLOSE = new ConnectionOptions(true, false, false, false, List.of());

    static ConnectionOptions read(Fields fields, Part part) throws Malformed {
        ConnectionOptions all = NONE;
        for (int i = 0; i < fields.count(); i++) {
            if (fields.known(i) == FieldName.CONNECTION) {
                all = all.and(line(fields, i, part));
            }
        }
        return all;
    }

    private static ConnectionOptions line(Fields fields, int index, Part part) throws Malformed {
        if (fields.valueIs(index, "keep-alive")) {
            return KEEP_ALIVE;
        }
        if (fields.valueIs(index, "close")) {
            return CLOSE;
        }
        ConnectionOptions options = NONE;
        for (String element : fields.value(index).split(",", -1)) {
            options = options.and(option(element.strip().toLowerCase(Locale.ROOT), part));
        }
        return options;
    }

    private static ConnectionOptions option(String option, Part part) throws Malformed {
        return switch (option) {
            case "" -> NONE;
            case "close" -> CLOSE;
            case "keep-alive" -> KEEP_ALIVE;
            case "upgrade" -> new ConnectionOptions(false, false, true, false, List.of());
            case "te" -> new ConnectionOptions(false, false, false, true, List.of());
            // Without these the next reader would take the message for another one.
            case "host", "content-length", "transfer-encoding" ->
                throw part.flaw("Connection names " + option + ", which is not for one connection alone.");
            default -> {
                for (int i = 0; i < option.length(); i++) {
                    if (option.charAt(i) > 0x7f || !Octets.isToken((byte) option.charAt(i))) {
                        throw part.flaw("Connection is not a list of field names.");
                    }
                }
                yield new ConnectionOptions(false, false, false, false, List.of(option));
            }
        };
    }

    private ConnectionOptions and(ConnectionOptions other) {
        if (equals(NONE)) {
            return other;
        }
        List<String> both = new ArrayList<>(names);
        both.addAll(other.names);
        return new ConnectionOptions(
                close || other.close,
                keepAlive || other.keepAlive,
                upgrade || other.upgrade,
                te || other.te,
                List.copyOf(both));
    }
}
