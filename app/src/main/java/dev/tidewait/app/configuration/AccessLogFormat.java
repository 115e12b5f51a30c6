package dev.tidewait.app.configuration;

/** How one exchange is written. */
public enum AccessLogFormat {
    /** One JSON object for each line. */
    JSON("json"),
    /** Apache's combined format, with the facts that it has no place for behind it as key=value. */
    COMBINED("combined");

    private final String word;

    AccessLogFormat(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
