package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.address.Printable;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Collects the lines of a head or of a trailer section and finds the fields in them, looking at each byte once. Owned by one event loop.
 *
 * <p>Lines end in CRLF and nothing else; a field is a token, a colon at once behind it, and a value without control characters; no line is
 * folded (RFC 9112, sections 2.2 and 5). The bytes are copied once into an array that then belongs to the head. It is made with the first
 * byte and given away with the last, so an idle connection holds none.
 */
final class HeadScanner {
    static final int MAX_FIELDS = 100;

    private static final int SMALLEST_ARRAY = 512;
    private static final int LARGEST_FIRST_ARRAY = 2048;
    private static final int FIRST_FIELDS = 16;
    private static final byte[] NO_BYTES = {};
    private static final int[] NO_MARKS = {};
    private static final FieldName[] NO_NAMES = {};
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int SOCKS4 = 4;
    private static final int SOCKS5 = 5;

    private enum State {
        START,
        EMPTY_LF,
        START_AGAIN,
        LINE,
        LINE_LF,
        NAME_START,
        NAME,
        VALUE,
        VALUE_LF,
        END_LF
    }

    private final Part part;
    private final int maxBytes;
    private byte[] bytes = NO_BYTES;
    private int count;
    private State state;
    private int lineStart;
    private int lineEnd;
    private int nameStart;
    private int colon;
    private int[] marks = NO_MARKS;
    private FieldName[] names = NO_NAMES;
    private int fieldCount;

    HeadScanner(Part part, int maxBytes) {
        this.part = part;
        this.maxBytes = maxBytes;
        this.state = firstState();
    }

    private State firstState() {
        return part == Part.REQUEST_HEAD || part == Part.RESPONSE_HEAD ? State.START : State.NAME_START;
    }

    /** Takes the bytes that belong here, and no others. Returns whether the empty line at the end was among them. */
    boolean scan(ByteBuf in) throws Malformed {
        while (in.isReadable()) {
            if (count == bytes.length) {
                grow(in.readableBytes());
            }
            int length = Math.min(in.readableBytes(), bytes.length - count);
            in.getBytes(in.readerIndex(), bytes, count, length);
            int end = advance(count, count + length);
            if (end >= 0) {
                in.skipBytes(end - count);
                count = end;
                return true;
            }
            in.skipBytes(length);
            count += length;
        }
        if (count == maxBytes) {
            throw part.tooLarge(maxBytes);
        }
        return false;
    }

    private void grow(int readable) throws Malformed {
        if (count == maxBytes) {
            throw part.tooLarge(maxBytes);
        }
        int wanted = count == 0 ? Math.clamp(readable, SMALLEST_ARRAY, LARGEST_FIRST_ARRAY) : 2 * count;
        bytes = Arrays.copyOf(bytes, Math.min(wanted, maxBytes));
    }

    /** Returns the index behind the end, or -1. */
    private int advance(int from, int to) throws Malformed {
        byte[] b = bytes;
        int i = from;
        while (i < to) {
            switch (state) {
                case START, START_AGAIN -> i = start(i);
                case LINE -> {
                    i = endOfText(b, i, to);
                    if (i < to) {
                        expectCr(b[i]);
                        lineEnd = i++;
                        state = State.LINE_LF;
                    }
                }
                case NAME_START -> {
                    nameStart = i;
                    if (b[i] == '\r') {
                        i++;
                        state = State.END_LF;
                    } else {
                        state = State.NAME;
                    }
                }
                case NAME -> {
                    while (i < to && Octets.isToken(b[i])) {
                        i++;
                    }
                    if (i < to) {
                        if (b[i] != ':' || i == nameStart) {
                            throw part.flaw(badName(b[i], i));
                        }
                        colon = i++;
                        state = State.VALUE;
                    }
                }
                case VALUE -> {
                    i = endOfText(b, i, to);
                    if (i < to) {
                        expectCr(b[i]);
                        addField(i++);
                        state = State.VALUE_LF;
                    }
                }
                case EMPTY_LF, LINE_LF, VALUE_LF -> {
                    expectLf(b[i++]);
                    state = state == State.EMPTY_LF ? State.START_AGAIN : State.NAME_START;
                }
                case END_LF -> {
                    expectLf(b[i]);
                    return i + 1;
                }
            }
        }
        return -1;
    }

    private static int endOfText(byte[] b, int from, int to) {
        int i = from;
        while (i < to && Octets.isValue(b[i])) {
            i++;
        }
        return i;
    }

    /** One empty line may come before a request (RFC 9112, section 2.2). */
    private int start(int i) throws Malformed {
        byte b = bytes[i];
        if (b == '\r' && part == Part.REQUEST_HEAD) {
            if (state == State.START_AGAIN) {
                throw part.flaw("The request begins with more than one empty line.");
            }
            state = State.EMPTY_LF;
            return i + 1;
        }
        if (!Octets.isToken(b)) {
            throw part.flaw(notHttp(b));
        }
        lineStart = i;
        state = State.LINE;
        return i;
    }

    private String notHttp(byte first) {
        if (part == Part.RESPONSE_HEAD) {
            return "The server's answer does not begin with an HTTP/1.1 status line.";
        }
        return switch (first) {
            case TLS_HANDSHAKE ->
                "This is a TLS handshake, but the proxy itself speaks plain HTTP. Write http:// in front of"
                        + " the proxy's address.";
            case SOCKS4, SOCKS5 -> "This is SOCKS, but this listener speaks HTTP. Set it as an HTTP proxy.";
            case 0 -> "There is a NUL byte in the request head.";
            case '\n' -> "A line of the request head does not end in CRLF.";
            default -> "This is not an HTTP request.";
        };
    }

    private void expectCr(byte b) throws Malformed {
        if (b != '\r') {
            throw part.flaw(
                    switch (b) {
                        case '\n' -> "A line of the " + part.text() + " does not end in CRLF.";
                        case 0 -> "There is a NUL byte in the " + part.text() + ".";
                        default ->
                            state == State.LINE
                                    ? "There is a control character in the first line."
                                    : "The value of field " + fieldName() + " has a control character.";
                    });
        }
    }

    private void expectLf(byte b) throws Malformed {
        if (b != '\n') {
            throw part.flaw("A line of the " + part.text() + " does not end in CRLF: there is a CR alone.");
        }
    }

    private String badName(byte b, int at) {
        String line = "Line " + (fieldCount + 1) + " of the fields ";
        if (at == nameStart && Octets.isBlank(b)) {
            return line + "begins with whitespace: folded lines are not taken.";
        }
        if (at == nameStart && b == ':') {
            return line + "has no name before the colon.";
        }
        if (Octets.isBlank(b)) {
            return line + "has whitespace before the colon.";
        }
        return switch (b) {
            case '\n' -> "A line of the " + part.text() + " does not end in CRLF.";
            case 0 -> "There is a NUL byte in the " + part.text() + ".";
            default -> line + "is not 'name: value'.";
        };
    }

    private String fieldName() {
        return Printable.of(Octets.text(bytes, nameStart, colon));
    }

    private void addField(int end) throws Malformed {
        if (fieldCount == MAX_FIELDS) {
            throw part.flaw("There are more than " + MAX_FIELDS + " fields in the " + part.text() + ".");
        }
        int from = colon + 1;
        int to = end;
        while (from < to && Octets.isBlank(bytes[from])) {
            from++;
        }
        while (from < to && Octets.isBlank(bytes[to - 1])) {
            to--;
        }
        int at = fieldCount * Fields.MARKS_PER_FIELD;
        if (at == marks.length) {
            int room = fieldCount == 0 ? FIRST_FIELDS : 2 * fieldCount;
            marks = Arrays.copyOf(marks, room * Fields.MARKS_PER_FIELD);
            names = Arrays.copyOf(names, room);
        }
        marks[at] = nameStart;
        marks[at + 1] = colon;
        marks[at + 2] = from;
        marks[at + 3] = to;
        names[fieldCount++] = FieldName.of(bytes, nameStart, colon);
    }

    /** Whether bytes of an incomplete head were taken; an empty line before it does not count. */
    boolean hasBegun() {
        return switch (state) {
            case START, EMPTY_LF, START_AGAIN -> false;
            default -> true;
        };
    }

    /** The bytes so far. */
    byte[] bytes() {
        return bytes;
    }

    /** Index of the first byte of the first line. */
    int lineStart() {
        return lineStart;
    }

    /** Index behind the last byte of the first line. */
    int lineEnd() {
        return lineEnd;
    }

    /** Index behind the empty line, once it was found. */
    int end() {
        return count;
    }

    /** The fields of the complete head. From then on the bytes belong to them. */
    Fields fields() {
        return new Fields(bytes, marks, names, fieldCount, nameStart);
    }

    /** Makes ready for the next head. */
    void reset() {
        bytes = NO_BYTES;
        count = 0;
        marks = NO_MARKS;
        names = NO_NAMES;
        fieldCount = 0;
        lineStart = 0;
        lineEnd = 0;
        nameStart = 0;
        state = firstState();
    }
}
