package dev.tidewait.lab.reload;

/** How the proxy is told to read its configuration again. */
enum ReloadWay {
    /** {@code systemctl reload}; the report is in the log. */
    SIGHUP,
    /** {@code POST /reload} on the admin endpoint; the report is the answer. */
    POST
}
