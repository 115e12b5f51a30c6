package dev.tidewait.proxy;

import java.util.List;

/**
 * Which event loop serves an accepted connection. Owned by the event loop of a listening socket.
 *
 * <p>It is the socket's own loop, or one of several in turn, unless another one has clearly fewer clients. The kernel deals connections out by a
 * hash and does not look: when the clients of one loop have ended together and come back, half of them land on the other loop, which still has all
 * of its own. Each loop keeps server connections for the most requests that it ever had at a time, so such swings cost ports; and one loop works
 * while another waits. HAProxy (tune.listener.multi-queue) and Envoy (connection_balance_config) choose by the number of connections, too.
 *
 * <p>One other loop is looked at for each connection, a different one each time: that costs the same with any number of loops.
 */
final class LoopChoice {
    /** Clients more than another loop has: chance makes as many, and to hand a connection over wakes another thread. */
    private static final int TOLERANCE = 16;
    /** And this part of the other loop's clients. */
    private static final int TOLERANCE_DIVISOR = 64;

    private final List<Roster> homes;
    private final List<Roster> all;
    private int turn;
    private int look;

    /**
     * @param homes that take turns
     * @param all that may take a connection over
     */
    LoopChoice(List<Roster> homes, List<Roster> all) {
        this.homes = homes;
        this.all = all;
    }

    /** Who serves the next connection. */
    Roster next() {
        Roster home = homes.get(turn);
        turn = (turn + 1) % homes.size();
        Roster other = another(home);
        int fewer = other.clientsAndExpected();
        return home.clientsAndExpected() - fewer > TOLERANCE + fewer / TOLERANCE_DIVISOR ? other : home;
    }

    private Roster another(Roster home) {
        look = (look + 1) % all.size();
        if (all.get(look).equals(home)) {
            look = (look + 1) % all.size();
        }
        return all.get(look);
    }
}
