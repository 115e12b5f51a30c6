package dev.tidewait.lab.campus;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the heads of the proxy's answers must say. No state. */
final class HttpAnswer {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3})[ \r]");
    private static final Pattern ERROR_TYPE = Pattern.compile("error=([a-z_]+)");

    private HttpAnswer() {}

    /** The status for a destination that could not be reached or did not answer. */
    static int failure(Fate fate) {
        return fate == Fate.UNREACHED ? 504 : 502;
    }

    /** @throws Unexpected if the status is another one, or an error is not the destination's */
    static void expect(String head, int wanted) throws Unexpected {
        Matcher status = STATUS.matcher(head);
        if (!status.lookingAt()) {
            throw new Unexpected("no status line");
        }
        Matcher type = ERROR_TYPE.matcher(ClientSocket.field(head, "Proxy-Status"));
        String error = type.find() ? type.group(1) : "";
        boolean isDestinations = switch (error) {
            case "connection_refused", "connection_timeout", "connection_terminated", "http_response_incomplete" ->
                true;
            default -> false;
        };
        if (Integer.parseInt(status.group(1)) != wanted || (wanted == 200 ? !error.isEmpty() : !isDestinations)) {
            throw new Unexpected("status " + status.group(1) + (error.isEmpty() ? "" : " " + error) + " where " + wanted
                    + " was due");
        }
    }
}
