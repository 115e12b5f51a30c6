package dev.tidewait.ports;

import java.util.BitSet;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The ports of one stripe that were never leased, in the permuted order. Not thread safe.
 *
 * <p>Only a cursor has to be kept, and, until it has passed them, the ports that were taken out of turn.
 */
final class UnusedPorts {
    private final PortOrder order;
    private final int offset;
    private final int stripe;
    private final int stripes;
    private final int total;
    /** Ports that a start found in use before their turn came; the cursor skips them. */
    private @Nullable BitSet outOfTurn;

    private int outOfTurnCount;
    private int passed;

    UnusedPorts(PortOrder order, int offset, int stripe, int stripes) {
        this.order = order;
        this.offset = offset;
        this.stripe = stripe;
        this.stripes = stripes;
        this.total = (order.size() - stripe + stripes - 1) / stripes;
    }

    /** Ports of this stripe, used and unused. */
    int total() {
        return total;
    }

    int count() {
        return total - passed - outOfTurnCount;
    }

    /** The port whose turn it is; there is one. */
    int first() {
        skipTaken();
        return atCursor();
    }

    void removeFirst() {
        skipTaken();
        passed++;
    }

    /** Takes {@code port} out of turn; false if it is not one of these. */
    boolean take(int port) {
        int position = order.positionOf(port);
        if (position < 0) {
            return false;
        }
        int index = Math.floorMod(position - offset, order.size());
        boolean taken = outOfTurn != null && outOfTurn.get(port);
        if (taken || index % stripes != stripe || index / stripes < passed) {
            return false;
        }
        if (outOfTurn == null) {
            outOfTurn = new BitSet();
        }
        outOfTurn.set(port);
        outOfTurnCount++;
        return true;
    }

    void forEach(IntConsumer each) {
        for (int i = passed; i < total; i++) {
            int port = at(i);
            if (outOfTurn == null || !outOfTurn.get(port)) {
                each.accept(port);
            }
        }
    }

    private void skipTaken() {
        while (outOfTurn != null && passed < total && outOfTurn.get(atCursor())) {
            outOfTurn.clear(atCursor());
            outOfTurnCount--;
            passed++;
            if (outOfTurnCount == 0) {
                outOfTurn = null;
            }
        }
    }

    private int atCursor() {
        return at(passed);
    }

    private int at(int index) {
        return order.portAt(offset + stripe + index * stripes);
    }
}
