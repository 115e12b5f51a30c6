package dev.tidewait.app.doctor;

import dev.tidewait.doctor.finding.Severity;

/** How a word is set off: by colour at a terminal, else not at all. */
public enum Style {
    PLAIN,
    COLOURED;

    private static final String RESET = "\u001b[0m";

    /** Select Graphic Rendition (ECMA-48): bold red, bold yellow, cyan, green. */
    private static String colour(Severity severity) {
        return switch (severity) {
            case TROUBLE -> "\u001b[1;31m";
            case WARNING -> "\u001b[1;33m";
            case NOTE -> "\u001b[36m";
            case OK -> "\u001b[32m";
        };
    }

    String mark(Severity severity, String word) {
        return this == PLAIN ? word : colour(severity) + word + RESET;
    }

    String heading(String words) {
        return this == PLAIN ? words : "\u001b[1m" + words + RESET;
    }
}
