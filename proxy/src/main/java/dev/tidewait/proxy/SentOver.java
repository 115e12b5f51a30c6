package dev.tidewait.proxy;

/** Which server connection an HTTP request was sent over. */
public enum SentOver {
    /** One that was opened for it. */
    FRESH,
    /** One that had served another request before. */
    REUSED,
    /** One that was opened for it after it had been sent over one that had ended: the second time for this request. */
    REPEATED
}
