package dev.tidewait.lab;

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
 * @param leftResets RSTs from the left end into a live incarnation
 * @param rightResets RSTs from the right end into a live incarnation
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
        long leftResets,
        long rightResets) {

    static LinkReport parse(String json) {
        JsonObject report = JsonObject.parse(json);
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
                report.number("left_resets"),
                report.number("right_resets"));
    }
}
