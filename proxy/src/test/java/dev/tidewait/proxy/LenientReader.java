package dev.tidewait.proxy;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the end of an HTTP/1.1 message the way the most careless of readers would: it takes LF alone, anything behind a size,
 * and numbers that overflow. Stateless; one char for each byte.
 */
final class LenientReader {
    private static final Pattern CHUNKED = Pattern.compile("(?i)\\ntransfer-encoding[ \\t]*:");
    private static final Pattern LENGTH = Pattern.compile("(?i)\\ncontent-length[ \\t]*:[ \\t]*0*(\\d{1,7})\\b");
    /** Of many digits the last: as if the number had overflowed. */
    private static final Pattern SIZE = Pattern.compile("[ \\t]*[0-9a-f]*?([0-9a-f]{1,7})(?![0-9a-f])");

    private LenientReader() {}

    /** Index behind the first message, or -1 if it is incomplete. The message is no answer to HEAD, and no 1xx, 204 or 304. */
    static int end(String bytes) {
        int content = emptyLineEnd(bytes, 0);
        if (content < 0) {
            return -1;
        }
        String head = bytes.substring(0, content);
        if (CHUNKED.matcher(head).find()) {
            return chunksEnd(bytes, content);
        }
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            int end = content + Integer.parseInt(length.group(1));
            return end <= bytes.length() ? end : -1;
        }
        return head.startsWith("HTTP/") ? bytes.length() : content; // a response goes on until the close
    }

    private static int chunksEnd(String bytes, int content) {
        int at = content;
        int data = lineEnd(bytes, at);
        while (data >= 0) {
            Matcher size = SIZE.matcher(bytes.substring(at, data).toLowerCase(Locale.ROOT));
            if (!size.lookingAt()) {
                return -1;
            }
            int length = Integer.parseInt(size.group(1), 16);
            if (length == 0) {
                return emptyLineEnd(bytes, data);
            }
            at = lineEnd(bytes, data + length);
            data = at < 0 ? -1 : lineEnd(bytes, at);
        }
        return -1;
    }

    /** Index behind the first empty line, or -1. */
    private static int emptyLineEnd(String bytes, int from) {
        int at = from;
        while (at >= 0) {
            int end = lineEnd(bytes, at);
            if (end >= 0 && bytes.substring(at, end).isBlank()) {
                return end;
            }
            at = end;
        }
        return -1;
    }

    /** Index behind the line that begins there, or -1. */
    private static int lineEnd(String bytes, int from) {
        int lineFeed = bytes.indexOf('\n', from);
        return lineFeed < 0 ? -1 : lineFeed + 1;
    }
}
