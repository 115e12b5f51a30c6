/**
 * Strict reading and writing of HTTP/1 messages (RFC 9110, RFC 9112): bytes in, facts out.
 *
 * <p>What lives here: {@link dev.tidewait.proxy.http1.RequestReader} and {@link dev.tidewait.proxy.http1.ResponseReader} collect and read a
 * head, {@link dev.tidewait.proxy.http1.BodyReader} says which bytes belong to the message, {@link dev.tidewait.proxy.http1.Duty} what a
 * forward proxy has to do with a request, {@link dev.tidewait.proxy.http1.HeadWriter} writes the head that is sent on. What may not live
 * here: channels, time, access, answers. Framing that two readers could take differently is refused, never repaired (docs/decisions/020).
 * Start reading at {@link dev.tidewait.proxy.http1.RequestReader}.
 */
@NullMarked
package dev.tidewait.proxy.http1;

import org.jspecify.annotations.NullMarked;
