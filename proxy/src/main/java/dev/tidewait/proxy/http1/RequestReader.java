package dev.tidewait.proxy.http1;

import io.netty.buffer.ByteBuf;

/**
 * Collects and reads request heads, one after the other. Owned by one event loop.
 *
 * <p>Holds memory only while a head is incomplete, never more than the limit. Once it said {@link RequestReading.Unfit} it is of no more use.
 */
public final class RequestReader {
    private final HeadScanner scanner;

    /** @param maxHeadBytes a longer head is unfit with 431 */
    public RequestReader(int maxHeadBytes) {
        this.scanner = new HeadScanner(Part.REQUEST_HEAD, maxHeadBytes);
    }

    /** Takes the bytes that belong to the head, and no others, from the buffer; does not release it. */
    public RequestReading read(ByteBuf in) {
        try {
            if (!scanner.scan(in)) {
                return RequestReading.More.MORE;
            }
            RequestHead head = RequestParser.parse(scanner);
            scanner.reset();
            return new RequestReading.Read(head);
        } catch (Malformed malformed) {
            RequestReading unfit = new RequestReading.Unfit(malformed.failure(!isHead()));
            scanner.reset();
            return unfit;
        }
    }

    /** The answer to HEAD has no content, whatever is wrong with it. */
    private boolean isHead() {
        int from = scanner.lineStart();
        return scanner.bytes().length >= from + 5 && Octets.equals(scanner.bytes(), from, from + 5, "HEAD ");
    }

    /** Whether bytes of an incomplete head were taken; an empty line before it does not count. */
    public boolean hasBegun() {
        return scanner.hasBegun();
    }
}
