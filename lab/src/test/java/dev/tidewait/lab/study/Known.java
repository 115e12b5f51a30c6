package dev.tidewait.lab.study;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Courses of TCP that matter for a study, each with the truth about it, written by hand. */
enum Known {
    /** The last ACK was lost: the other end's FIN comes again twice, each time answered. */
    LATE_FIN(new Totals(1, 1, 0, 0, 2, 0, 2, 0, 0, 4, 2, 0)) {
        @Override
        void write(Script script) {
            long closed = script.closed(100_000, true);
            script.last().repeat(closed + 250_000, 1).repeat(closed + 250_100, 1);
            script.last().repeat(closed + 750_000, 1).repeat(closed + 750_100, 1);
        }
    },
    /** Copies of data that took a detour, once 0.3 s and once 1.4 s after close, each answered by the end in TIME_WAIT. */
    LATE_DATA(new Totals(1, 1, 0, 0, 0, 2, 2, 0, 0, 4, 2, 2)) {
        @Override
        void write(Script script) {
            long closed = script.closed(100_000, true);
            script.last().repeatFirst(closed + 300_000, 3).ack(closed + 300_100, true);
            script.last().repeatFirst(closed + 1_400_000, 3).ack(closed + 1_400_100, true);
        }
    },
    /** The same four-tuple again after 1.1 s and again after 0.4 s, with an ISN above the old numbers; a copy of the first SYN in between. */
    REUSE(new Totals(3, 3, 0, 2, 0, 0, 0, 0, 1, 1, 0, 0)) {
        @Override
        void write(Script script) {
            long closed = script.closed(0, true);
            script.last().repeatFirst(closed + 300_000, 0);
            closed = script.again(closed + 1_100_000);
            script.again(closed + 400_000);
        }
    },
    /** RST by the client, with data that was under way and the answer to it; RST by the server; an attempt that is refused. */
    RESETS(new Totals(2, 0, 2, 0, 0, 1, 0, 1, 0, 0, 0, 0)) {
        @Override
        void write(Script script) {
            Conversation one = script.begin().open(0).data(50_000, true, 100).data(60_000, false, 100);
            one.rst(70_000, true).repeat(72_000, 2).repeat(72_100, 1);
            script.begin().open(1_000).data(52_000, true, 10).rst(60_000, false);
            script.begin().syn(90_000).rst(90_100, false);
        }
    },
    /** The client closes, the server goes on sending for 0.8 s and then closes. Nothing is late. */
    HALF_CLOSE(new Totals(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) {
        @Override
        void write(Script script) {
            Conversation one = script.begin().open(0).data(50_000, true, 100);
            one.fin(60_000, true).ack(60_100, false);
            for (int i = 1; i <= 8; i++) {
                one.data(60_000 + 100_000L * i, false, 500);
            }
            one.fin(900_000, false).ack(900_100, true);
        }
    },
    /** Both FINs cross each other; then one is sent again although it was acknowledged. */
    SIMULTANEOUS(new Totals(1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0)) {
        @Override
        void write(Script script) {
            Conversation one = script.begin().open(0);
            one.crossingFins(50_000).ack(51_000, true).ack(51_010, false);
            one.repeat(300_000, 3);
        }
    },
    /** The capture begins later than the connection. */
    MID_STREAM(new Totals(1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0)) {
        @Override
        void write(Script script) {
            Conversation one = script.begin().data(0, false, 1_000).data(10_000, false, 1_000);
            one.close(20_000, false).repeat(770_000, 0);
        }
    };

    private final Totals truth;

    Known(Totals truth) {
        this.truth = truth;
    }

    abstract void write(Script script);

    Totals truth() {
        return truth;
    }

    /** @param addresses client and server */
    List<ScriptedSegment> segments(InetAddress... addresses) {
        return script(addresses[0], addresses[1], List.of(this));
    }

    /** All of them at once, on different ports. */
    static List<ScriptedSegment> allSegments(InetAddress client, InetAddress server) {
        return script(client, server, List.of(values()));
    }

    static Totals allTruth() {
        Totals sum = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        for (Known one : values()) {
            sum = sum.plus(one.truth);
        }
        return sum;
    }

    private static List<ScriptedSegment> script(InetAddress client, InetAddress server, List<Known> courses) {
        Script script = new Script(client, server);
        courses.forEach(course -> course.write(script));
        return script.segments();
    }

    /** Gives each connection its own client port. */
    static final class Script {
        private static final int SERVER_PORT = 80;

        private final InetAddress client;
        private final InetAddress server;
        private final List<Conversation> conversations = new ArrayList<>();
        private int port = 40_000;
        /** Near the wrap, so that numbers pass zero. */
        private int sequence = -900;

        Script(InetAddress client, InetAddress server) {
            this.client = client;
            this.server = server;
        }

        Conversation begin() {
            port++;
            return add();
        }

        private Conversation add() {
            Conversation conversation = new Conversation(
                    new InetSocketAddress(client, port), new InetSocketAddress(server, SERVER_PORT), sequence);
            sequence += 70_000;
            conversations.add(conversation);
            return conversation;
        }

        Conversation last() {
            return conversations.getLast();
        }

        /** A whole connection; returns when both ends had closed. */
        long closed(long micros, boolean clientFirst) {
            return whole(begin(), micros, clientFirst);
        }

        /** Another one on the same four-tuple. */
        long again(long micros) {
            return whole(add(), micros, true);
        }

        private static long whole(Conversation conversation, long micros, boolean clientFirst) {
            conversation.open(micros).data(micros + 10_000, true, 300).data(micros + 11_000, false, 900);
            conversation.close(micros + 20_000, clientFirst);
            return micros + 20_000 + 2 * Conversation.STEP_MICROS;
        }

        List<ScriptedSegment> segments() {
            return conversations.stream()
                    .flatMap(one -> one.segments().stream())
                    .sorted(Comparator.comparingLong(ScriptedSegment::micros))
                    .toList();
        }
    }
}
