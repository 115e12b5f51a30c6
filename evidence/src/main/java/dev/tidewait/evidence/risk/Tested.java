package dev.tidewait.evidence.risk;

import dev.tidewait.evidence.late.ClopperPearson;

/**
 * An age, and what a sample says of it. Immutable.
 *
 * @param ageMillis since both FINs were acknowledged
 * @param later connections that had a FIN or data later than that
 * @param watched connections that it is a share of, no fewer
 */
public record Tested(int ageMillis, long later, long watched) {
    /** 95 % upper bound of the share of connections with a later one. */
    public double upper() {
        return ClopperPearson.upper(later, watched);
    }
}
