package dev.tidewait.lab;

import java.util.List;

/**
 * What one run of {@code lab campus} gave. Immutable.
 *
 * @param plan what was done
 * @param count what the people noted
 * @param samples in the order of time
 * @param liveHeapBytes what the proxy's heap held after a full collection at the end of each quarter
 * @param user the proxy's user id
 * @param capabilities the proxy's effective capabilities
 * @param leasedAtEnd live connections to servers when everybody had gone
 * @param origin what the servers counted
 */
record CampusResult(
        CampusPlan plan,
        CampusCount count,
        List<CampusSample> samples,
        List<Long> liveHeapBytes,
        int user,
        long capabilities,
        long leasedAtEnd,
        OriginReport origin) {
    CampusResult {
        samples = List.copyOf(samples);
        liveHeapBytes = List.copyOf(liveHeapBytes);
    }

    List<Verdict> verdicts() {
        return CampusVerdicts.of(this);
    }
}
