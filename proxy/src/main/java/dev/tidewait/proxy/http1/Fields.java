package dev.tidewait.proxy.http1;

/** The header fields of one message in their order, as offsets into the bytes of its head. Immutable. */
public final class Fields {
    /** Start and end of the name, start and end of the value without whitespace around it. */
    static final int MARKS_PER_FIELD = 4;

    private static final int EMPTY_LINE_BYTES = 2;

    private final byte[] bytes;
    private final int[] marks;
    private final FieldName[] names;
    private final int count;
    private final int end;

    /**
     * @param bytes from now on nobody else's
     * @param marks from now on nobody else's
     * @param names from now on nobody else's
     * @param end index behind the CRLF of the last field
     */
    Fields(byte[] bytes, int[] marks, FieldName[] names, int count, int end) {
        this.bytes = bytes;
        this.marks = marks;
        this.names = names;
        this.count = count;
        this.end = end;
    }

    public int count() {
        return count;
    }

    /** As it was written. */
    public String name(int index) {
        return Octets.text(bytes, mark(index, 0), mark(index, 1));
    }

    public FieldName known(int index) {
        return names[index];
    }

    /** Without the whitespace around it, one char for each byte. */
    public String value(int index) {
        return Octets.text(bytes, valueStart(index), valueEnd(index));
    }

    boolean isNamed(int index, String lowerCase) {
        return Octets.equalsIgnoringCase(bytes, mark(index, 0), mark(index, 1), lowerCase);
    }

    boolean valueIs(int index, String lowerCase) {
        return Octets.equalsIgnoringCase(bytes, valueStart(index), valueEnd(index), lowerCase);
    }

    byte[] bytes() {
        return bytes;
    }

    int valueStart(int index) {
        return mark(index, 2);
    }

    int valueEnd(int index) {
        return mark(index, 3);
    }

    int lineStart(int index) {
        return mark(index, 0);
    }

    /** Index behind the CRLF of the field's line. */
    int lineEnd(int index) {
        return index + 1 < count ? mark(index + 1, 0) : end;
    }

    /** Index of the first field's line, or of the empty line where there is none. */
    int fieldsStart() {
        return count == 0 ? end : lineStart(0);
    }

    /** Index behind the empty line that ends the head. */
    int headEnd() {
        return end + EMPTY_LINE_BYTES;
    }

    private int mark(int index, int which) {
        return marks[index * MARKS_PER_FIELD + which];
    }
}
