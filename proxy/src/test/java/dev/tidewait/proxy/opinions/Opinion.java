package dev.tidewait.proxy.opinions;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tidewait.proxy.http1.CorpusCase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a proxy made of one case.
 *
 * @param word {@code forwards}, {@code cuts}, {@code closes}, {@code waits}, or the status of its own answer
 * @param serverGot what reached the origin, of all its connections
 */
record Opinion(String word, String serverGot) {
    static final String MARK = "X-Origin: yes\r\n";

    private static final int PATIENCE_MILLIS = 2000;
    /** For another response behind a complete one. */
    private static final int MORE_MILLIS = 30;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");
    private static final Pattern STATUS_LINE = Pattern.compile("(?m)^ ?[A-Za-z]+[/ ][^\\n]*\\n");
    private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\ncontent-length:[ \\t]*(\\d{1,9})\\r\\n");

    static Opinion onRequest(CorpusCase one, InetSocketAddress proxy, ScriptedOrigin origin) throws IOException {
        origin.answer("HTTP/1.1 200 OK\r\n" + MARK + "Content-Length: 0\r\n\r\n", true);
        String got = talk(proxy, one.client(), false);
        return new Opinion(isMarked(got) ? "forwards" : own(got), reached(origin));
    }

    static Opinion onResponse(CorpusCase one, InetSocketAddress proxy, ScriptedOrigin origin) throws IOException {
        origin.answer(STATUS_LINE.matcher(one.server()).replaceAll("$0" + MARK), one.serverEnds());
        String got = talk(proxy, one.client(), one.client().startsWith("HEAD "));
        boolean headless = !one.server().isEmpty() && !one.server().contains("\r\n") && got.contains(one.server());
        if (!isMarked(got) && !headless) {
            return new Opinion(own(got), reached(origin));
        }
        return new Opinion(
                headless || isComplete(got, one.client().startsWith("HEAD ")) ? "forwards" : "cuts", reached(origin));
    }

    /** haproxy writes names in lower case. */
    private static boolean isMarked(String got) {
        return got.toLowerCase(Locale.ROOT).contains(MARK.strip().toLowerCase(Locale.ROOT));
    }

    private static String reached(ScriptedOrigin origin) {
        return origin.visits().stream().map(ScriptedOrigin.Visit::bytes).collect(Collectors.joining("\n--\n"));
    }

    private static String own(String got) {
        Matcher status = STATUS.matcher(got);
        if (status.lookingAt()) {
            return status.group(1);
        }
        return got.endsWith(SILENCE) ? "waits" : "closes";
    }

    private static final String SILENCE = "\0silence";

    private static String talk(InetSocketAddress proxy, String bytes, boolean toHead) throws IOException {
        StringBuilder got = new StringBuilder();
        try (Socket socket = new Socket()) {
            socket.connect(proxy, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            byte[] buffer = new byte[8192];
            int length = socket.getInputStream().read(buffer);
            while (length >= 0) {
                got.append(new String(buffer, 0, length, ISO_8859_1));
                socket.setSoTimeout(isComplete(got.toString(), toHead) ? MORE_MILLIS : PATIENCE_MILLIS);
                length = socket.getInputStream().read(buffer);
            }
        } catch (SocketTimeoutException silent) {
            return got.isEmpty() ? SILENCE : got.toString();
        } catch (SocketException reset) {
            return got.toString();
        }
        return got.toString();
    }

    /** Whether the last response in it ends where it says. */
    private static boolean isComplete(String got, boolean toHead) {
        int last = got.lastIndexOf("HTTP/1.");
        int end = got.indexOf("\r\n\r\n", Math.max(last, 0));
        if (last < 0 || end < 0) {
            return false;
        }
        String head = got.substring(last, end + 2);
        Matcher length = LENGTH.matcher(head);
        boolean hasNone = toHead || head.matches("(?s)HTTP/1\\.. (204|304|1..).*");
        if (hasNone) {
            return true;
        }
        return head.toLowerCase(Locale.ROOT).contains("transfer-encoding")
                ? got.endsWith("\r\n\r\n") && got.lastIndexOf("\r\n0") >= end
                : !length.find() || got.length() - end - 4 >= Integer.parseInt(length.group(1));
    }

    /** Whether this is in essence what the corpus expects; which status says no does not matter. */
    boolean agreesWith(CorpusCase one) {
        boolean refuses = word.matches("[45]\\d\\d") || word.equals("closes");
        return switch (one.outcome()) {
            case FORWARD -> word.equals("forwards");
            case REFUSED, LATE -> refuses;
            case CUT -> refuses || word.equals("cuts");
            case TUNNEL -> word.equals("forwards") || word.equals("200");
            case OWN -> word.equals("200");
            case WAIT -> word.equals("waits") || word.equals("408") || word.equals("closes");
        };
    }
}
