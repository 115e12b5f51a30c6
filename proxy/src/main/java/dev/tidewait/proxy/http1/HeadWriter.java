package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.HostPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * Writes the heads that a forward proxy sends on (RFC 9110, section 7.6). Immutable, any thread.
 *
 * <p>Left out is what is for one connection only: Connection and what it names, Keep-Alive, Proxy-Connection, TE, Upgrade, and the
 * credentials and challenges between client and proxy. Everything else goes on as the bytes that came, in their order; behind it come
 * Via, the client's address if wanted, and the Connection field of the next connection. Framing stays as it is, so bodies need no change.
 */
public final class HeadWriter {
    private static final int HTTP_PORT = 80;
    private static final int UPGRADE_REQUIRED = 426;
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] STATUS_LINE = ascii("HTTP/1.1 ");
    private static final byte[] REQUEST_LINE_END = ascii(" HTTP/1.1\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");

    private final byte[] viaHttp10;
    private final byte[] viaHttp11;
    private final ClientAddress clientAddress;

    /** @param pseudonym our name in {@code Via}, a token */
    public HeadWriter(String pseudonym, ClientAddress clientAddress) {
        if (pseudonym.isEmpty() || !pseudonym.chars().allMatch(c -> c < 0x80 && Octets.isToken((byte) c))) {
            throw new IllegalArgumentException(
                    "'" + pseudonym + "' is no name for Via; give letters, digits, '-', '_' and '.'");
        }
        this.viaHttp10 = ascii("Via: 1.0 " + pseudonym + "\r\n");
        this.viaHttp11 = ascii("Via: 1.1 " + pseudonym + "\r\n");
        this.clientAddress = clientAddress;
    }

    /**
     * The request towards the server, in origin-form. Its Host is that of the target (RFC 9112, section 3.2.2).
     *
     * @param head of any method but CONNECT
     * @param keepAlive whether the connection to the server may live on; else {@code Connection: close} is sent
     */
    public void request(RequestHead head, InetAddress client, boolean keepAlive, ByteBuf out) {
        boolean rewritesHost = requestLine(head, out);
        Fields fields = head.fields();
        FieldCopy copy = new FieldCopy(fields, out);
        boolean trailersWelcome = false;
        for (int i = 0; i < fields.count(); i++) {
            boolean kept = switch (fields.known(i)) {
                case HOST -> !rewritesHost;
                case EXPECT -> head.version() == HttpVersion.HTTP_1_1;
                case MAX_FORWARDS -> head.maxForwards() < 0;
                case CONTENT_LENGTH -> isCanonical(fields, i) && !(head.body() instanceof BodyLength.None);
                case TE -> {
                    trailersWelcome |= head.options().te() && fields.valueIs(i, "trailers");
                    yield false;
                }
                default -> isEndToEnd(fields, i, head.options());
            };
            copy.add(i, kept);
            if (!kept && fields.known(i) == FieldName.CONTENT_LENGTH) {
                contentLength(head.body(), out);
            }
        }
        copy.flush();
        if (head.maxForwards() > 0) {
            ByteBufUtil.writeAscii(out, "Max-Forwards: " + (head.maxForwards() - 1) + "\r\n");
        }
        via(head.version(), out);
        clientAddress(client, out);
        connection(!keepAlive, head.upgrade(), trailersWelcome, false, out);
        out.writeBytes(CRLF);
    }

    /** Returns whether a Host was written. */
    private static boolean requestLine(RequestHead head, ByteBuf out) {
        ByteBufUtil.writeAscii(out, head.method());
        out.writeByte(' ');
        switch (head.target()) {
            case Target.Absolute to -> {
                ByteBufUtil.writeAscii(out, to.pathAndQuery());
                out.writeBytes(REQUEST_LINE_END);
                ByteBufUtil.writeAscii(out, "Host: " + host(to.authority()) + "\r\n");
                return true;
            }
            case Target.Origin to -> ByteBufUtil.writeAscii(out, to.pathAndQuery());
            case Target.Asterisk all -> out.writeByte('*');
            case Target.Authority to -> throw new IllegalArgumentException("CONNECT is not sent on: " + to);
        }
        out.writeBytes(REQUEST_LINE_END);
        return false;
    }

    private static String host(HostPort server) {
        String text = server.toString();
        return server.port() == HTTP_PORT ? text.substring(0, text.lastIndexOf(':')) : text;
    }

    /**
     * The response towards the client. To HTTP/1.0 clients without Transfer-Encoding: only the data of chunks may follow.
     *
     * @param keepAlive whether the connection to the client lives on; else {@code Connection: close} is sent (not with interim responses)
     * @param nowEpochSeconds for a {@code Date}, if the server sent none (RFC 9110, section 6.6.1)
     */
    public void response(ResponseHead head, RequestHead request, boolean keepAlive, long nowEpochSeconds, ByteBuf out) {
        out.writeBytes(STATUS_LINE);
        ByteBufUtil.writeAscii(out, Integer.toString(head.status()));
        out.writeByte(' ');
        out.writeCharSequence(head.reason(), StandardCharsets.ISO_8859_1);
        out.writeBytes(CRLF);
        boolean knowsChunks = request.version() == HttpVersion.HTTP_1_1;
        boolean offersUpgrade = head.isSwitch() || head.status() == UPGRADE_REQUIRED;
        boolean mayHaveLength = !ResponseHead.hasNoContent(head.status());
        boolean dated = head.status() < 200;
        String upgrade = "";
        Fields fields = head.fields();
        FieldCopy copy = new FieldCopy(fields, out);
        for (int i = 0; i < fields.count(); i++) {
            FieldName name = fields.known(i);
            boolean kept = switch (name) {
                case CONTENT_LENGTH -> mayHaveLength && isCanonical(fields, i);
                case TRANSFER_ENCODING, TRAILER -> knowsChunks;
                case UPGRADE -> {
                    upgrade = offersUpgrade ? fields.value(i) : upgrade;
                    yield false;
                }
                default -> isEndToEnd(fields, i, head.options());
            };
            dated |= kept && name == FieldName.DATE;
            copy.add(i, kept);
            if (!kept && name == FieldName.CONTENT_LENGTH && mayHaveLength) {
                contentLength(head.statedBody(), out);
            }
        }
        copy.flush();
        if (!dated) {
            ByteBufUtil.writeAscii(out, "Date: " + HttpDate.of(nowEpochSeconds) + "\r\n");
        }
        via(head.version(), out);
        boolean closes = !keepAlive || head.bodyFor(request.method()) instanceof BodyLength.UntilClose;
        connection(closes && head.status() >= 200, upgrade, false, !closes && head.logsConnectionIn(), out);
        out.writeBytes(CRLF);
    }

    private static boolean isEndToEnd(Fields fields, int index, ConnectionOptions options) {
        return switch (fields.known(index)) {
            case CONNECTION,
                    KEEP_ALIVE,
                    PROXY_CONNECTION,
                    TE,
                    UPGRADE,
                    HTTP2_SETTINGS,
                    PROXY_AUTHENTICATE,
                    PROXY_AUTHORIZATION,
                    PROXY_AUTHENTICATION_INFO -> false;
            default -> !isNamed(fields, index, options);
        };
    }

    private static boolean isNamed(Fields fields, int index, ConnectionOptions options) {
        for (String name : options.names()) {
            if (fields.isNamed(index, name)) {
                return true;
            }
        }
        return false;
    }

    /** Leading zeros, which somebody might take for octal, are not passed on. */
    private static boolean isCanonical(Fields fields, int index) {
        int from = fields.valueStart(index);
        return fields.bytes()[from] != '0' || fields.valueEnd(index) == from + 1;
    }

    private static void contentLength(BodyLength length, ByteBuf out) {
        if (length instanceof BodyLength.Fixed fixed) {
            ByteBufUtil.writeAscii(out, "Content-Length: " + fixed.byteCount() + "\r\n");
        }
    }

    private void via(HttpVersion received, ByteBuf out) {
        out.writeBytes(received == HttpVersion.HTTP_1_0 ? viaHttp10 : viaHttp11);
    }

    private void clientAddress(InetAddress client, ByteBuf out) {
        if (clientAddress == ClientAddress.OFF) {
            return;
        }
        String zoned = Addresses.text(client);
        int zone = zoned.indexOf('%');
        String text = zone < 0 ? zoned : zoned.substring(0, zone);
        boolean quoted = client instanceof Inet6Address;
        ByteBufUtil.writeAscii(
                out,
                clientAddress == ClientAddress.X_FORWARDED_FOR
                        ? "X-Forwarded-For: " + text + "\r\n"
                        : "Forwarded: for=" + (quoted ? "\"[" + text + "]\"" : text) + ";proto=http\r\n");
    }

    /** @param pinned whether to say that the server's connection stays this client's (RFC 4559, section 6: or it must not log in) */
    private static void connection(boolean close, String upgrade, boolean te, boolean pinned, ByteBuf out) {
        if (upgrade.isEmpty() && !te && !pinned) {
            if (close) {
                out.writeBytes(CLOSE);
            }
            return;
        }
        StringBuilder text = new StringBuilder("Connection: ");
        text.append(close ? "close, " : "");
        text.append(te ? "TE, " : "");
        text.append(upgrade.isEmpty() ? "" : "upgrade, ");
        text.append(pinned ? "Proxy-Support, " : "");
        text.setLength(text.length() - 2);
        text.append(te ? "\r\nTE: trailers" : "");
        text.append(pinned ? "\r\nProxy-Support: Session-Based-Authentication" : "");
        text.append(upgrade.isEmpty() ? "" : "\r\nUpgrade: " + upgrade);
        out.writeCharSequence(text.append("\r\n"), StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
