package dev.tidewait.doctor.finding;

/** How bad a finding is, in rising order. */
public enum Severity {
    /** Looked at, and as it should be. */
    OK,
    /** Harmless at present, and worth knowing. */
    NOTE,
    /** Will stop connections, or a service, under more load or at the next restart; or a setting that does not do what it seems to. */
    WARNING,
    /** Stops connections now, or within a minute. */
    TROUBLE
}
