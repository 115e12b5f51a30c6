package dev.tidewait.doctor.census;

/** The finalizer of SplitMix64: each bit reaches all others. */
final class Mix {
    private Mix() {}

    static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
