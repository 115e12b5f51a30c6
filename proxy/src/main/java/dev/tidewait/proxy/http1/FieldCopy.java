package dev.tidewait.proxy.http1;

import io.netty.buffer.ByteBuf;

/** Copies some of the field lines of a head; neighbours go in one piece. For one head, owned by one thread. */
final class FieldCopy {
    private final Fields fields;
    private final ByteBuf out;
    private int from;
    private int to;

    FieldCopy(Fields fields, ByteBuf out) {
        this.fields = fields;
        this.out = out;
    }

    /** To be called for every field in order. */
    void add(int index, boolean kept) {
        if (!kept) {
            flush();
        } else if (to == 0) {
            from = fields.lineStart(index);
            to = fields.lineEnd(index);
        } else {
            to = fields.lineEnd(index);
        }
    }

    /** To be called after the last field. */
    void flush() {
        out.writeBytes(fields.bytes(), from, to - from);
        from = 0;
        to = 0;
    }
}
