package dev.tidewait.proxy.http1;

import io.netty.buffer.ByteBuf;

/**
 * Goes through chunked content (RFC 9112, section 7.1). Owned by one event loop.
 *
 * <p>A chunk's line is hexadecimal digits, extensions, CRLF. Whitespace before an extension is refused: section 7.1.1 wants it removed, but
 * the bytes are passed on as they are. An unknown extension is passed on.
 */
final class ChunkScanner {
    /** For sizes and extensions alone; the longest known ones, signatures, have some 100 bytes. */
    private static final int MAX_LINE_BYTES = 1024;
    /** Long.MAX_VALUE has 16. */
    private static final int MAX_SIZE_DIGITS = 16;

    private enum State {
        SIZE_START,
        SIZE,
        NAME_START,
        NAME,
        VALUE_START,
        VALUE,
        QUOTED,
        ESCAPED,
        QUOTE_END,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILERS_START,
        TRAILERS,
        END_LF,
        COMPLETE
    }

    private final Part part;
    private State state = State.SIZE_START;
    private long size;
    private int digits;
    private int lineBytes;
    private boolean isData;
    private final Trailers trailers;

    /** @param part the trailers of what */
    ChunkScanner(Part part) {
        this.part = part;
        this.trailers = new Trailers(part);
    }

    boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** Whether the last run was data. */
    boolean isData() {
        return isData;
    }

    /**
     * Looks at the bytes of the buffer from an index on.
     *
     * @return how many of them are of one kind, data or framing; 0 if there are none
     */
    int run(ByteBuf in, int from) throws Malformed {
        int to = in.writerIndex();
        isData = state == State.DATA;
        if (isData) {
            int length = (int) Math.min(size, to - from);
            size -= length;
            if (size == 0) {
                state = State.DATA_CR;
            }
            return length;
        }
        int at = from;
        while (at < to && state != State.DATA && state != State.COMPLETE) {
            if (state == State.TRAILERS) {
                ByteBuf rest = in.slice(at, to - at);
                boolean complete = trailers.take(rest);
                at += rest.readerIndex();
                state = complete ? State.COMPLETE : State.TRAILERS;
            } else if (step(in.getByte(at))) {
                at++;
            }
        }
        return at - from;
    }

    /** Returns whether the byte was used; if not, the state is another one. */
    private boolean step(byte b) throws Malformed {
        switch (state) {
            case DATA_CR -> expect(b, '\r', "There is no CRLF behind the data of a chunk.", State.DATA_LF);
            case DATA_LF -> {
                expect(b, '\n', "There is no CRLF behind the data of a chunk.", State.SIZE_START);
                size = 0;
                digits = 0;
                lineBytes = 0;
            }
            case TRAILERS_START -> {
                state = b == '\r' ? State.END_LF : State.TRAILERS;
                return b == '\r';
            }
            case END_LF -> expect(b, '\n', "The chunks do not end in CRLF: there is a CR alone.", State.COMPLETE);
            case SIZE_LF ->
                expect(
                        b,
                        '\n',
                        "A chunk's line does not end in CRLF: there is a CR alone.",
                        size == 0 ? State.TRAILERS_START : State.DATA);
            default -> {
                if (++lineBytes > MAX_LINE_BYTES) {
                    throw part.flaw("A chunk's line is longer than " + MAX_LINE_BYTES + " bytes.");
                }
                line(b);
            }
        }
        return true;
    }

    private void expect(byte b, char wanted, String text, State next) throws Malformed {
        if (b != wanted) {
            throw part.flaw(text);
        }
        state = next;
    }

    /** Size and extensions, up to the CR. */
    private void line(byte b) throws Malformed {
        switch (state) {
            case SIZE_START, SIZE -> {
                int value = Octets.hexValue(b);
                if (value >= 0) {
                    digit(value);
                } else if (state == State.SIZE_START) {
                    throw part.flaw("A chunk's size is not a hexadecimal number.");
                } else {
                    afterWord(b, "A chunk's size is not a hexadecimal number, or is followed by whitespace.");
                }
            }
            case NAME_START, VALUE_START -> {
                if (state == State.VALUE_START && b == '"') {
                    state = State.QUOTED;
                } else if (Octets.isToken(b)) {
                    state = state == State.NAME_START ? State.NAME : State.VALUE;
                } else {
                    throw badExtension();
                }
            }
            case NAME, VALUE -> {
                if (state == State.NAME && b == '=') {
                    state = State.VALUE_START;
                } else if (!Octets.isToken(b)) {
                    afterWord(b, BAD_EXTENSION);
                }
            }
            case QUOTED -> {
                if (b == '"') {
                    state = State.QUOTE_END;
                } else if (b == '\\') {
                    state = State.ESCAPED;
                } else if (!Octets.isQuoted(b)) {
                    throw badExtension();
                }
            }
            case ESCAPED -> {
                if (!Octets.isValue(b)) {
                    throw badExtension();
                }
                state = State.QUOTED;
            }
            case QUOTE_END -> afterWord(b, BAD_EXTENSION);
            default -> throw new IllegalStateException("not in a chunk's line: " + state);
        }
    }

    private static final String BAD_EXTENSION =
            "A chunk's extension is not ';name' or ';name=value' without whitespace.";

    private Malformed badExtension() {
        return part.flaw(BAD_EXTENSION);
    }

    private void digit(int value) throws Malformed {
        state = State.SIZE;
        size = 16 * size + value;
        if (++digits > MAX_SIZE_DIGITS || size < 0) {
            throw part.flaw("A chunk's size has more than " + MAX_SIZE_DIGITS + " digits or is not below 2^63.");
        }
    }

    private void afterWord(byte b, String otherwise) throws Malformed {
        state = switch (b) {
            case '\r' -> State.SIZE_LF;
            case ';' -> State.NAME_START;
            default -> throw part.flaw(otherwise);
        };
    }
}
