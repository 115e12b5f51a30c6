package dev.tidewait.lab;

import java.util.List;

/**
 * What an {@link ImpairedLink} counted. Immutable.
 *
 * @param entered packets that came in at either end
 * @param delivered packets that the device at the other end took, duplicates and late copies included
 * @param lost on demand
 * @param duplicated sent twice on demand
 * @param corrupted one bit turned over on demand
 * @param ahead sent ahead of those before on demand
 * @param blackHoled lost because nothing passed at that time
 * @param noRoom dropped because 65,536 packets waited already
 * @param refused not taken by the device at the other end
 * @param incarnations SYNs with a new sequence number
 * @param live incarnations whose handshake was seen to its end
 * @param lateDelivered late copies that a live next incarnation's device took
 * @param lateMissed late copies that were not sent: that incarnation was no longer live
 * @param lateIncarnations incarnations for which copies were planned
 * @param lateReached incarnations that a copy reached
 * @param youngestLateMicros time between the last segment of a former incarnation and the delivery of a copy of it; the shortest
 * @param oldestLateMicros the longest
 * @param lateFromLeft copies of what the left end had sent, by kind of segment: data, ACK, FIN, RST, SYN
 * @param lateFromRight of what the right end had sent
 * @param expectedInWindow of scattered copies: the sum of the receiver's window ÷ 2^32 at each delivery
 * @param seenInWindow how many of them began within it, by what the receiver had said last
 * @param leftResets RSTs from the left end into a live incarnation
 * @param rightResets RSTs from the right end into a live incarnation
 * @param tail what came of copies with a delay of their own
 */
public record LinkReport(
        long entered,
        long delivered,
        long lost,
        long duplicated,
        long corrupted,
        long ahead,
        long blackHoled,
        long noRoom,
        long refused,
        long incarnations,
        long live,
        long lateDelivered,
        long lateMissed,
        long lateIncarnations,
        long lateReached,
        long youngestLateMicros,
        long oldestLateMicros,
        List<Long> lateFromLeft,
        List<Long> lateFromRight,
        double expectedInWindow,
        long seenInWindow,
        long leftResets,
        long rightResets,
        TailReport tail) {
    /** Letters of the kinds of segments, in the order of the lists. */
    public static final String KINDS = "dafrs";

    /** Their names. */
    public static final List<String> KIND_NAMES = List.of("data", "ACK", "FIN", "RST", "SYN");

    static LinkReport parse(String json) {
        JsonObject report = JsonObject.parse(json);
        JsonObject late = report.object("late_by_kind");
        return new LinkReport(
                report.number("entered"),
                report.number("delivered"),
                report.number("lost"),
                report.number("duplicated"),
                report.number("corrupted"),
                report.number("ahead"),
                report.number("black_holed"),
                report.number("no_room"),
                report.number("refused"),
                report.number("incarnations"),
                report.number("live"),
                report.number("late_delivered"),
                report.number("late_missed"),
                report.number("late_incarnations"),
                report.number("late_reached"),
                report.number("youngest_late_micros"),
                report.number("oldest_late_micros"),
                byKind(late, "left_"),
                byKind(late, "right_"),
                report.decimal("expected_in_window"),
                report.number("seen_in_window"),
                report.number("left_resets"),
                report.number("right_resets"),
                TailReport.of(report.object("tail")));
    }

    private static List<Long> byKind(JsonObject late, String end) {
        return KINDS.chars().mapToObj(kind -> late.number(end + (char) kind)).toList();
    }
}
