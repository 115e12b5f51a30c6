package dev.tidewait.proxy.http1;

import io.netty.buffer.ByteBuf;

/** Collects and reads response heads, one after the other; otherwise like {@link RequestReader}. Owned by one event loop. */
public final class ResponseReader {
    private final HeadScanner scanner;

    /** @param maxHeadBytes a longer head is unfit */
    public ResponseReader(int maxHeadBytes) {
        this.scanner = new HeadScanner(Part.RESPONSE_HEAD, maxHeadBytes);
    }

    /** Takes the bytes that belong to the head, and no others, from the buffer; does not release it. */
    public ResponseReading read(ByteBuf in) {
        try {
            if (!scanner.scan(in)) {
                return ResponseReading.More.MORE;
            }
            ResponseHead head = ResponseParser.parse(scanner);
            scanner.reset();
            return new ResponseReading.Read(head);
        } catch (Malformed malformed) {
            scanner.reset();
            return new ResponseReading.Unfit(malformed.failure(true));
        }
    }
}
