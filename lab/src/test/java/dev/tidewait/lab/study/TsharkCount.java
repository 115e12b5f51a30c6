package dev.tidewait.lab.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The same totals found in another way: tshark reads the file and tells streams apart (a new incarnation is a new stream), and each stream is then looked at as a
 * whole, with all its segments in memory. No state.
 */
final class TsharkCount {
    private static final String[] FIELDS = {
        "tcp.stream",
        "frame.time_epoch",
        "tcp.srcport",
        "tcp.dstport",
        "tcp.seq_raw",
        "tcp.ack_raw",
        "tcp.flags",
        "tcp.len"
    };

    private TsharkCount() {}

    /** @param file in the order of its times */
    static Totals of(Path file) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "tshark",
                "-n",
                "-o",
                "tcp.desegment_tcp_streams:false",
                "-r",
                file.toString(),
                "-Y",
                "tcp",
                "-T",
                "fields"));
        for (String field : FIELDS) {
            command.addAll(List.of("-e", field));
        }
        Map<String, List<Row>> streams = new LinkedHashMap<>();
        for (String line : Tool.run(command.toArray(new String[0])).split("\n")) {
            String[] fields = line.split("\t");
            streams.computeIfAbsent(fields[0], key -> new ArrayList<>()).add(Row.of(fields));
        }
        Totals sum = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        Set<String> seen = new HashSet<>();
        for (List<Row> stream : streams.values()) {
            boolean attempt = stream.stream().allMatch(row -> row.syn() || row.rst());
            if (!attempt) {
                Totals one = ofStream(stream);
                boolean again = !seen.add(stream.getFirst().tuple());
                sum = sum.plus(again ? one.plus(new Totals(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)) : one);
            }
        }
        return sum;
    }

    private static Totals ofStream(List<Row> rows) {
        int closing = closingRow(rows);
        boolean reset = closing < rows.size() && rows.get(closing).rst();
        boolean graceful = closing < rows.size() && !reset;
        long[] late = new long[8];
        for (int i = closing + 1; i < rows.size(); i++) {
            Row row = rows.get(i);
            int kind = row.rst() ? 3 : row.syn() ? 4 : row.fin() ? 0 : row.bytes > 0 ? 1 : 2;
            double age = row.seconds - rows.get(closing).seconds;
            late[kind]++;
            late[5] += age > 0.1 ? 1 : 0;
            late[6] += age > 0.5 ? 1 : 0;
            late[7] += age > 1 ? 1 : 0;
        }
        return new Totals(
                1,
                graceful ? 1 : 0,
                reset ? 1 : 0,
                0,
                late[0],
                late[1],
                late[2],
                late[3],
                late[4],
                late[5],
                late[6],
                late[7]);
    }

    /** The row with which the connection is closed, or the number of rows. */
    private static int closingRow(List<Row> rows) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).rst() && isInWindow(rows.get(i), rows.subList(0, i))) {
                return i;
            }
            if (isClosedBy(rows.subList(0, i + 1))) {
                return i;
            }
        }
        return rows.size();
    }

    /** Whether its receiver takes it for real: not below what was acknowledged, not below its sender's SYN, not in answer to another SYN. */
    private static boolean isInWindow(Row rst, List<Row> before) {
        for (Row row : before) {
            boolean own = row.source.equals(rst.source);
            if (!own && row.acknowledges() && (int) (rst.sequence - row.acknowledgement) < 0) {
                return false;
            }
            if (own && row.syn() && (int) (rst.sequence - row.sequence) <= 0) {
                return false;
            }
            boolean answer = before.stream().noneMatch(other -> other.source.equals(rst.source) && !other.rst());
            if (!own && answer && row.syn() && rst.acknowledgement != ((row.sequence + 1) & 0xffff_ffffL)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isClosedBy(List<Row> rows) {
        Set<String> finished = new HashSet<>();
        for (Row fin : rows) {
            boolean acknowledged = rows.stream()
                    .anyMatch(row -> !row.source.equals(fin.source)
                            && row.acknowledges()
                            && (int) (row.acknowledgement - fin.sequence - fin.bytes - 1) >= 0);
            if (fin.fin() && acknowledged) {
                finished.add(fin.source);
            }
        }
        return finished.size() == 2;
    }

    private record Row(
            double seconds, String source, String tuple, long sequence, long acknowledgement, int flags, int bytes) {
        static Row of(String[] fields) {
            boolean ordered = fields[2].compareTo(fields[3]) < 0;
            return new Row(
                    Double.parseDouble(fields[1]),
                    fields[2],
                    ordered ? fields[2] + "-" + fields[3] : fields[3] + "-" + fields[2],
                    Long.parseLong(fields[4]),
                    Long.parseLong(fields[5]),
                    Integer.decode(fields[6]),
                    Integer.parseInt(fields[7]));
        }

        boolean fin() {
            return (flags & ScriptedSegment.FIN) != 0;
        }

        boolean syn() {
            return (flags & ScriptedSegment.SYN) != 0;
        }

        boolean acknowledges() {
            return (flags & ScriptedSegment.ACK) != 0;
        }

        boolean rst() {
            return (flags & ScriptedSegment.RST) != 0;
        }
    }
}
