package dev.tidewait.proxy.names;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;

/** In which order the addresses of a name are tried (RFC 8305, section 4). Stateless. */
public final class AddressOrder {
    private AddressOrder() {}

    /** One family before the other; within a family the order stays. */
    public static List<InetAddress> preferring(List<InetAddress> addresses, boolean ipv6First) {
        List<InetAddress> order = new ArrayList<>(addresses);
        order.sort(Comparator.comparing(address -> address instanceof Inet4Address == ipv6First));
        return order;
    }

    /**
     * The families in turn, beginning with that of the first address; within a family the order stays. So one family that is out of
     * order costs one attempt, however many addresses it has.
     *
     * @param addresses at least one, the better ones first
     * @param most how many to keep, at least 1
     */
    public static List<InetAddress> interleaved(List<InetAddress> addresses, int most) {
        if (addresses.size() == 1) {
            return addresses;
        }
        Deque<InetAddress> ahead = new ArrayDeque<>();
        Deque<InetAddress> other = new ArrayDeque<>();
        boolean four = addresses.getFirst() instanceof Inet4Address;
        for (InetAddress address : new LinkedHashSet<>(addresses)) {
            (address instanceof Inet4Address == four ? ahead : other).add(address);
        }
        List<InetAddress> order = new ArrayList<>(most);
        while (order.size() < most && !(ahead.isEmpty() && other.isEmpty())) {
            if (!ahead.isEmpty()) {
                order.add(ahead.remove());
            }
            Deque<InetAddress> turn = ahead;
            ahead = other;
            other = turn;
        }
        return order;
    }
}
