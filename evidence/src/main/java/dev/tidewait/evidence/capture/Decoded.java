package dev.tidewait.evidence.capture;

/** What became of one captured packet. */
public enum Decoded {
    /** A TCP segment with the header that is needed. */
    SEGMENT,
    /** Another protocol: not IP, or not TCP. */
    OTHER_PROTOCOL,
    /** A fragment of an IP packet behind the first: it has no TCP header. */
    LATER_FRAGMENT,
    /** The snap length cut off what is needed of the headers. */
    CUT_SHORT,
    /** Its lengths or versions contradict each other. */
    MALFORMED,
    /** The file's link type is none of those known. */
    UNKNOWN_LINK,
    /** The file does not say when it was captured. */
    UNTIMED
}
