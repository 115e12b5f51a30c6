package dev.tidewait.proxy.access;

import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections of each client, open ones and new ones. Any thread; a client is an IPv4 address or an IPv6 /64, which is what one
 * customer or one host is given (RFC 6177).
 *
 * <p><b>Cost.</b> One look into a hash table under the lock of one of 64 shards, and the lock of a shard is held for nothing else, so event loops
 * meet only if they accept from clients of the same shard at the same moment.
 *
 * <p><b>Memory.</b> Bounded: at most {@value #MOST_CLIENTS} clients are tracked, about 10 MB. For a new one the client that was seen least recently
 * is forgotten, of those without connections first. A forgotten client begins anew; what it has still open then no longer counts, and never counts
 * for another.
 *
 * <p><b>Rate.</b> A bucket of one second's connections that fills evenly (the generic cell rate algorithm: one time stamp for each client). What is
 * refused takes nothing out of it.
 */
public final class ClientLimits {
    /** How many a client may have, and open in a second. */
    public record Limits(int connections, int perSecond) {
        /** Nobody is counted. */
        public static final Limits NONE = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE);

        public Limits {
            if (connections < 1 || perSecond < 1) {
                throw new IllegalArgumentException("limits of " + connections + " connections and " + perSecond
                        + " a second let nobody in; give at least 1");
            }
        }
    }

    static final int MOST_CLIENTS = 65_536;

    private static final int SHARD_COUNT = 64;
    private static final int PREFIX_BITS = 64;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Puts IPv4 addresses where no IPv6 prefix in use is: into 0:ffff::/32. */
    private static final long IPV4 = 0xffffL << 32;

    private static final Admission UNCOUNTED = new Admission.Uncounted();

    private final Shard[] shards;
    private volatile Limits limits;

    public ClientLimits(Limits limits) {
        this(limits, SHARD_COUNT, MOST_CLIENTS);
    }

    ClientLimits(Limits limits, int shardCount, int mostClients) {
        this.limits = limits;
        this.shards = new Shard[shardCount];
        for (int i = 0; i < shardCount; i++) {
            shards[i] = new Shard(mostClients / shardCount);
        }
    }

    /** From the next connection on. Connections that were taken while there were no limits are not counted. */
    public void change(Limits changed) {
        limits = changed;
    }

    /**
     * Takes or refuses a new connection.
     *
     * @param nowNanos {@link System#nanoTime()}
     */
    public Admission admit(InetAddress client, long nowNanos) {
        Limits now = limits;
        if (now.equals(Limits.NONE)) {
            return UNCOUNTED;
        }
        long key = key(client);
        int shard = (int) ((key * 0x9e3779b97f4a7c15L) >>> 40) % shards.length;
        return shards[shard].admit(key, now, client, nowNanos);
    }

    private static long key(InetAddress client) {
        // Makes an Inet4Address of ::ffff:a.b.c.d.
        byte[] bytes = IpLiteral.fromBytes(client.getAddress()).getAddress();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return bytes.length == Integer.BYTES ? IPV4 | Integer.toUnsignedLong(buffer.getInt()) : buffer.getLong();
    }

    int trackedCount() {
        int count = 0;
        for (Shard shard : shards) {
            count += shard.trackedCount();
        }
        return count;
    }

    private static Admission.Refused tooMany(InetAddress client, Limits limits) {
        return refused("Clients from " + text(client) + " have " + limits.connections
                + " connections open, and access.limits.connections allows no more. Close some, or raise it.");
    }

    private static Admission.Refused tooFast(InetAddress client, Limits limits) {
        return refused("Clients from " + text(client) + " opened more than " + limits.perSecond
                + " connections within a second, and access.limits.rate allows no more. Wait a moment, or raise it.");
    }

    private static Admission.Refused refused(String text) {
        return new Admission.Refused(new Failure(ProxyError.TOO_MANY, text));
    }

    private static String text(InetAddress client) {
        InetAddress plain = IpLiteral.fromBytes(client.getAddress());
        return plain instanceof Inet6Address ? Cidr.around(plain, PREFIX_BITS).toString() : Addresses.text(plain);
    }

    /** Some of the clients. Guarded by its own lock. */
    private static final class Shard {
        private final int mostClients;
        // In the order in which they were last seen.
        private final LinkedHashMap<Long, Client> busy = new LinkedHashMap<>();
        private final LinkedHashMap<Long, Client> idle = new LinkedHashMap<>();

        Shard(int mostClients) {
            this.mostClients = mostClients;
        }

        synchronized Admission admit(long key, Limits limits, InetAddress address, long nowNanos) {
            Client client = take(key, nowNanos);
            // Of two numbers from nanoTime() only the difference has a meaning.
            long aheadNanos = Math.max(0, client.paidNanos - nowNanos);
            long costNanos = SECOND_NANOS / limits.perSecond;
            Admission answer;
            if (client.connectionCount >= limits.connections) {
                answer = tooMany(address, limits);
            } else if (aheadNanos > SECOND_NANOS - costNanos) {
                answer = tooFast(address, limits);
            } else {
                client.connectionCount++;
                client.paidNanos = nowNanos + aheadNanos + costNanos;
                answer = new CountedSeat(this, key, client);
            }
            (client.connectionCount == 0 ? idle : busy).put(key, client);
            return answer;
        }

        /** The client, known or new, out of both maps. */
        private Client take(long key, long nowNanos) {
            @Nullable Client known = busy.remove(key);
            if (known == null) {
                known = idle.remove(key);
            }
            if (known != null) {
                return known;
            }
            if (trackedCount() >= mostClients) {
                Map.@Nullable Entry<Long, Client> forgotten = idle.pollFirstEntry();
                if (forgotten == null) {
                    busy.pollFirstEntry();
                }
            }
            return new Client(nowNanos);
        }

        synchronized void leave(CountedSeat seat) {
            if (seat.left) {
                return;
            }
            seat.left = true;
            Client client = seat.client;
            client.connectionCount--;
            if (client.connectionCount == 0 && busy.remove(seat.key, client)) {
                idle.put(seat.key, client);
            }
        }

        synchronized int trackedCount() {
            return busy.size() + idle.size();
        }
    }

    /** One client. Guarded by its shard's lock. */
    private static final class Client {
        private int connectionCount;
        /** The moment up to which the connections so far have used up the rate. */
        private long paidNanos;

        Client(long nowNanos) {
            paidNanos = nowNanos;
        }
    }

    private static final class CountedSeat implements Admission.Seat {
        private final Shard shard;
        private final long key;
        private final Client client;
        private boolean left;

        CountedSeat(Shard shard, long key, Client client) {
            this.shard = shard;
            this.key = key;
            this.client = client;
        }

        @Override
        public void leave() {
            shard.leave(this);
        }
    }
}
