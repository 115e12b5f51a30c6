package dev.tidewait.proxy.names;

import dev.tidewait.proxy.address.IpLiteral;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one DNS message says about one name and one type. Immutable. */
sealed interface RecordAnswer {
    /** @param addresses at least one */
    record Addresses(List<InetAddress> addresses, long ttlSeconds) implements RecordAnswer {}

    /** The name stands for another one, of which the message has no address. */
    record Alias(String target, long ttlSeconds) implements RecordAnswer {}

    /** There is no such name, or it has no address of this type. */
    record None() implements RecordAnswer {}

    /** @param code what the server says it could not do, or why its answer is none */
    record Failed(String code) implements RecordAnswer {}

    /** Steps from alias to alias; the C library has no limit, common servers stop at 8 to 16. */
    int MOST_ALIASES = 8;

    /** More are never connected to. */
    int MOST_ADDRESSES = 32;

    /**
     * Reads a message.
     *
     * <p>Only what leads from the name asked for to an address counts: aliases from that name on, and addresses of the last of them. Whatever
     * else a message contains is of no interest, so there is nothing to be poisoned with.
     *
     * @param name asked for, with a dot at the end
     */
    static RecordAnswer read(DnsResponse message, String name, DnsRecordType type) {
        DnsResponseCode code = message.code();
        if (!code.equals(DnsResponseCode.NOERROR) && !code.equals(DnsResponseCode.NXDOMAIN)) {
            return new Failed(code.toString());
        }
        String owner = name;
        long ttlSeconds = Long.MAX_VALUE;
        for (int step = 0; step <= MOST_ALIASES; step++) {
            List<InetAddress> addresses = new ArrayList<>();
            Optional<DnsRawRecord> alias = Optional.empty();
            for (int i = 0; i < message.count(DnsSection.ANSWER); i++) {
                DnsRecord record = message.recordAt(DnsSection.ANSWER, i);
                if (!(record instanceof DnsRawRecord raw)
                        || record.dnsClass() != DnsRecord.CLASS_IN
                        || !record.name().equalsIgnoreCase(owner)) {
                    continue;
                }
                if (record.type().equals(type) && addresses.size() < MOST_ADDRESSES && isAddress(raw.content(), type)) {
                    addresses.add(IpLiteral.fromBytes(ByteBufUtil.getBytes(raw.content())));
                    ttlSeconds = Math.min(ttlSeconds, Math.max(0, record.timeToLive()));
                } else if (record.type().equals(DnsRecordType.CNAME)) {
                    alias = Optional.of(raw);
                }
            }
            if (!addresses.isEmpty()) {
                return new Addresses(List.copyOf(addresses), ttlSeconds);
            }
            if (alias.isEmpty()) {
                boolean led = !owner.equals(name) && !code.equals(DnsResponseCode.NXDOMAIN);
                return led
                        ? new Alias(owner, ttlSeconds)
                        : message.isTruncated() ? new Failed("a truncated answer, and none over TCP") : new None();
            }
            ttlSeconds = Math.min(ttlSeconds, Math.max(0, alias.get().timeToLive()));
            try {
                owner = DefaultDnsRecordDecoder.decodeName(alias.get().content().duplicate());
            } catch (CorruptedFrameException | IndexOutOfBoundsException malformed) {
                return new Failed("a malformed alias");
            }
        }
        return new Failed("more than " + MOST_ALIASES + " aliases");
    }

    private static boolean isAddress(ByteBuf content, DnsRecordType type) {
        return content.readableBytes() == (type.equals(DnsRecordType.A) ? 4 : 16);
    }
}
