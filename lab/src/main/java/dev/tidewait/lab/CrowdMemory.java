package dev.tidewait.lab;

/**
 * What the proxy used at one moment, after a full collection. Immutable.
 *
 * @param liveHeapBytes what its heap held
 * @param residentBytes of its process
 * @param descriptors open
 */
record CrowdMemory(long liveHeapBytes, long residentBytes, int descriptors) {
    static CrowdMemory of(ProcessWatch process) {
        return new CrowdMemory(process.liveHeapBytes(), process.residentBytes(), process.descriptors());
    }
}
