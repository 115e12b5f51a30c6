package dev.tidewait.app.admin;

import java.net.InetAddress;
import java.util.List;

/**
 * Which Host fields an endpoint without a password accepts. No state.
 *
 * <p>A web page anywhere can make its own name point to 127.0.0.1 once it is loaded (DNS rebinding) and then read the answers, since to the
 * browser they come from the page's own origin. Its name is in the Host field, so names are refused, except the one that always means this
 * host. Programs that send no field are not browsers.
 */
final class HostRule {
    private HostRule() {}

    /** @param fields all Host fields of one request */
    static boolean allows(List<String> fields) {
        return fields.stream().allMatch(HostRule::allows);
    }

    private static boolean allows(String field) {
        String host = withoutPort(field.strip());
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        boolean six = host.startsWith("[") && host.endsWith("]");
        try {
            // Asks no name service.
            InetAddress.ofLiteral(six ? host.substring(1, host.length() - 1) : host);
            return true;
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    private static String withoutPort(String field) {
        int colon = field.lastIndexOf(':');
        return colon > field.lastIndexOf(']') ? field.substring(0, colon) : field;
    }
}
