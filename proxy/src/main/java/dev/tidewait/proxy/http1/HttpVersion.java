package dev.tidewait.proxy.http1;

/** The versions of HTTP/1 that are read and written. */
public enum HttpVersion {
    HTTP_1_0("1.0"),
    HTTP_1_1("1.1");

    private final String number;

    HttpVersion(String number) {
        this.number = number;
    }

    /** As written in {@code Via}: {@code 1.1}. */
    public String number() {
        return number;
    }

    @Override
    public String toString() {
        return "HTTP/" + number;
    }
}
