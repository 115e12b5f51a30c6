package dev.tidewait.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The content of an answer to TRACE: the head of the request as it came, but without what is secret (RFC 9110, section 9.3.8). Stateless. */
public final class TraceContent {
    private TraceContent() {}

    /** A buffer for the caller to release, no longer than the head. */
    public static ByteBuf of(RequestHead head) {
        Fields fields = head.fields();
        ByteBuf out = Unpooled.buffer(head.byteCount());
        int from = fields.headEnd() - head.byteCount();
        out.writeBytes(fields.bytes(), from, fields.fieldsStart() - from);
        FieldCopy copy = new FieldCopy(fields, out);
        for (int i = 0; i < fields.count(); i++) {
            copy.add(i, !isSecret(fields.known(i)));
        }
        copy.flush();
        return out.writeBytes(fields.bytes(), fields.headEnd() - 2, 2);
    }

    private static boolean isSecret(FieldName name) {
        return switch (name) {
            case AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE -> true;
            default -> false;
        };
    }
}
