package dev.tidewait.lab;

/**
 * What one end of {@link Pattern} connections counted. Immutable.
 *
 * @param started connections begun
 * @param done complete in both directions and closed by both sides
 * @param wrongConnections with a byte that was not the expected one
 * @param wrongBytes such bytes
 * @param resets ended by RST
 * @param earlyEof ended by FIN before everything was there
 * @param timedOut not done in time
 * @param refused not accepted
 * @param noPort tries to connect that found no port
 * @param other other errors
 * @param lateStarts connections of a client on which the server's first byte came after more than 100 ms
 * @param longestStartMicros the longest time that a client waited for it
 * @param abandoned complete in both directions, but the other side's end did not come in time
 * @param unused connections to the server on which nothing came: whoever connected had a better one by then
 * @param firstWrong where the first wrong byte was; empty if there was none
 */
public record PatternReport(
        long started,
        long done,
        long wrongConnections,
        long wrongBytes,
        long resets,
        long earlyEof,
        long timedOut,
        long refused,
        long noPort,
        long other,
        long lateStarts,
        long longestStartMicros,
        long abandoned,
        long unused,
        String firstWrong) {

    static PatternReport parse(String json) {
        JsonObject report = JsonObject.parse(json);
        return new PatternReport(
                report.number("started"),
                report.number("done"),
                report.number("wrong_connections"),
                report.number("wrong_bytes"),
                report.number("resets"),
                report.number("early_eof"),
                report.number("timed_out"),
                report.number("refused"),
                report.number("no_port"),
                report.number("other"),
                report.number("late_starts"),
                report.number("longest_start_micros"),
                report.number("abandoned"),
                report.number("unused"),
                report.text("first_wrong"));
    }
}
