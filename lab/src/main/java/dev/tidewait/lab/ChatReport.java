package dev.tidewait.lab;

/**
 * What one end of {@link Chat} connections counted. Immutable.
 *
 * @param shortOnes those of a few pieces
 * @param longOnes those that went on until they were asked to finish
 * @param unused accepted by a server and closed before a byte came: a proxy that tried two four-tuples closes one of them
 * @param open neither ended well nor badly when the program ended
 * @param firstWrong where the first wrong byte was; empty if there was none
 */
public record ChatReport(Kind shortOnes, Kind longOnes, long unused, long open, String firstWrong) {

    /**
     * Counts of one kind of connections.
     *
     * @param done complete in both directions and closed by both sides
     * @param wrongConnections with a byte that was not the expected one
     * @param wrongBytes such bytes
     * @param checkedBytes bytes received, all of them compared
     * @param resets ended by RST
     * @param earlyEof ended by FIN before everything was there
     * @param timedOut nothing was heard for too long
     * @param refused not accepted
     * @param noPort tries to connect that found no port of the client's own
     * @param other other errors
     */
    public record Kind(
            long done,
            long wrongConnections,
            long wrongBytes,
            long checkedBytes,
            long resets,
            long earlyEof,
            long timedOut,
            long refused,
            long noPort,
            long other) {
        /** Connections that ended otherwise than in order. */
        public long failed() {
            return resets + earlyEof + timedOut + refused + other;
        }

        /** The same connections counted elsewhere, or others. */
        public Kind plus(Kind more) {
            return new Kind(
                    done + more.done,
                    wrongConnections + more.wrongConnections,
                    wrongBytes + more.wrongBytes,
                    checkedBytes + more.checkedBytes,
                    resets + more.resets,
                    earlyEof + more.earlyEof,
                    timedOut + more.timedOut,
                    refused + more.refused,
                    noPort + more.noPort,
                    other + more.other);
        }

        static Kind of(JsonObject counts) {
            return new Kind(
                    counts.number("done"),
                    counts.number("wrong_connections"),
                    counts.number("wrong_bytes"),
                    counts.number("checked_bytes"),
                    counts.number("resets"),
                    counts.number("early_eof"),
                    counts.number("timed_out"),
                    counts.number("refused"),
                    counts.number("no_port"),
                    counts.number("other"));
        }
    }

    /** @param json what the program wrote to standard output */
    public static ChatReport parse(String json) {
        JsonObject report = JsonObject.parse(json);
        return new ChatReport(
                Kind.of(report.object("short")),
                Kind.of(report.object("long")),
                report.number("unused"),
                report.number("open"),
                report.text("first_wrong"));
    }
}
