package dev.tidewait.app.study;

import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.late.LateSample;
import dev.tidewait.evidence.risk.FloorAdvice;
import dev.tidewait.evidence.track.TrackReport;
import java.util.List;

/**
 * A study as one HTML page that needs nothing else: no script, no font, no picture from elsewhere; its content security policy forbids every request. No
 * addresses, no names of files. No state.
 */
public final class StudyHtml {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <link rel="icon" href="data:,">
            <title>How long was TIME_WAIT needed?</title>
            <style>
            :root { color-scheme: light dark; --ink: light-dark(#1b2733, #dde6ee); --weak: light-dark(#66757f, #93a2ad);
              --line: light-dark(#d6dee4, #35424c); --paper: light-dark(#ffffff, #141b21);
              --sea: light-dark(#0b6e8a, #4db8d3); --red: light-dark(#c2412d, #f08068);
              --sand: light-dark(#c58a1a, #e8b855); --moss: light-dark(#4f7d3a, #8fbf73); --plum: light-dark(#7d4f8f, #bf93d1); }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem;
              margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { text-align: right; padding: .2rem .8rem; border-bottom: 1px solid var(--line); }
            th { color: var(--weak); font-weight: 600; } dt { color: var(--weak); } dd { margin: 0 0 .4rem 0; }
            svg { width: 100%; height: auto; margin: .5rem 0; } svg text { font-size: 11px; fill: var(--weak); }
            .scroll { overflow-x: auto; }
            .grid { stroke: var(--line); } path.bound { fill: none; stroke: var(--red); stroke-dasharray: 4 3; }
            circle.bound { fill: var(--red); } circle.seen { fill: var(--sea); } .reuse { fill: var(--sea); }
            .k-fin { fill: var(--red); } .k-data { fill: var(--sand); } .k-ack { fill: var(--sea); } .k-rst { fill: var(--plum); }
            .k-syn { fill: var(--moss); }
            .key span { margin-right: 1rem; } .key svg { width: .8rem; height: .8rem; margin: 0 .3rem 0 0; vertical-align: -1px; }
            .weak { color: var(--weak); }
            </style>
            </head>
            <body>
            <h1>How long was TIME_WAIT needed?</h1>
            """;

    private StudyHtml() {}

    public static String page(Study study) {
        TrackReport tracked = study.report().tracked();
        StringBuilder page = new StringBuilder(HEAD);
        page.append("<dl>");
        for (String line : StudyText.summary(study)) {
            String name = line.substring(0, StudyText.NAME_COLUMNS).strip();
            page.append(name.isEmpty() ? "" : "<dt>" + escape(name) + "</dt>");
            page.append("<dd>")
                    .append(escape(line.substring(StudyText.NAME_COLUMNS).strip()))
                    .append("</dd>");
        }
        page.append("</dl>");
        page.append("<h2>What would have been enough</h2>");
        List<String> enough = StudyText.sufficient(tracked.lateAfterGraceful(), study.isComplete());
        page.append("<p>").append(escape(enough.getFirst())).append("</p><ul>");
        enough.subList(1, enough.size())
                .forEach(
                        line -> page.append("<li>").append(escape(line.strip())).append("</li>"));
        page.append("</ul>");
        page.append("<h2>Which floor follows</h2><p>")
                .append(escape(AdviceText.TITLE))
                .append("</p><dl>");
        for (FloorAdvice advice : study.advice()) {
            page.append("<dt>").append(escape(advice.sample().name())).append("</dt><dd>");
            page.append(escape(AdviceText.sentence(advice))).append("</dd>");
        }
        page.append("</dl>");
        sample(page, "After both FINs were acknowledged", tracked.lateAfterGraceful());
        sample(page, "After a RST", tracked.lateAfterReset());
        page.append("<h2>Four-tuples used again</h2><p>")
                .append(escape(StudyText.reuses(tracked)))
                .append("</p>");
        page.append(LateChart.reuses(tracked.reusesAfterGraceful().plus(tracked.reusesAfterReset())));
        page.append("""
                <h2>How to read this</h2>
                <p>Closed is a connection when each end's FIN was sent and acknowledged, or at its first RST. Late is every segment on its
                four-tuple after that: a FIN that is sent again, a copy of data, a further ACK, a RST, a copy of the SYN. A four-tuple is watched until
                it is used again, until the capture ends, or for 240 s; each line counts only connections that were watched longer than its age.
                The bounds are those of Clopper and Pearson, one-sided at 95 %: the true share lies above in at most one of twenty such studies.
                They suppose that connections are independent, and say nothing about other networks or times.</p>
                <p class="weak">Made by tidewait study. This page holds counts only.</p>
                </body>
                </html>
                """);
        return page.toString();
    }

    private static void sample(StringBuilder page, String title, LateSample sample) {
        page.append("<h2>").append(title).append("</h2><p>");
        page.append(Words.counted(sample.connectionCount(), "connection")).append(", ");
        page.append(Words.counted(sample.segments().all().total(), "late segment"));
        page.append(escape(StudyText.kinds(sample.segments()))).append("</p>");
        if (sample.connectionCount() == 0) {
            return;
        }
        page.append("<p class=\"key\"><span>").append(swatch("seen")).append("seen</span><span>");
        page.append(swatch("bound")).append("at most, at 95 %</span></p>");
        page.append(LateChart.shares(StudyRow.of(sample)));
        page.append(
                "<div class=\"scroll\"><table><tr><th>later than</th><th>watched</th><th>any kind</th><th>share</th>"
                        + "<th>at most (95 %)</th><th>FIN or data</th><th>at most (95 %)</th></tr>");
        for (StudyRow row : StudyRow.of(sample)) {
            boolean known = row.watched() > 0;
            page.append("<tr>");
            for (String cell : List.of(
                    Words.seconds(row.millis()),
                    Words.count(row.watched()),
                    Words.count(row.any()),
                    known ? Words.share(row.anyShare()) : "-",
                    known ? Words.share(row.anyUpper()) : "-",
                    Words.count(row.needing()),
                    known ? Words.share(row.needingUpper()) : "-")) {
                page.append("<td>").append(cell).append("</td>");
            }
            page.append("</tr>");
        }
        page.append("</table></div><p class=\"key\">");
        for (LateKind kind : LateKind.values()) {
            page.append("<span>")
                    .append(swatch("k-" + StudyJson.key(kind)))
                    .append(kind)
                    .append("</span>");
        }
        page.append("</p>").append(LateChart.segments(sample.segments()));
    }

    private static String swatch(String kind) {
        return "<svg viewBox=\"0 0 8 8\" aria-hidden=\"true\"><circle class=\"" + kind
                + "\" cx=\"4\" cy=\"4\" r=\"4\"/></svg>";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
