package dev.tidewait.evidence.live;

/** How a connection ended, as far as late segments are concerned. The order is that of {@code enum ending} in {@code late_layout.h}. */
public enum LiveEnding {
    /** Both FINs, ours first: this host holds TIME_WAIT. */
    WE_FIRST,
    /** Both FINs, the peer's first: nothing is left here. */
    PEER_FIRST,
    /** By a RST of either side, or given up; segments may still have been under way. */
    BROKEN,
    /** Before the watch began, or forgotten since: only its TIME_WAIT was found, by a late segment. No share can be made of these. */
    BEFORE_US;

    /** Both FINs, and the end was seen: the connections of which shares are made. */
    public boolean isWhole() {
        return this == WE_FIRST || this == PEER_FIRST;
    }
}
