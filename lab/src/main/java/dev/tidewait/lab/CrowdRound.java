package dev.tidewait.lab;

import java.util.List;

/**
 * What one round gave. Immutable; the histograms are not to be changed.
 *
 * @param without the measured load, alone
 * @param with the same load beside the crowd
 * @param alone the proxy before the crowd came
 * @param idle when the idle ones had come
 * @param full when all had come
 * @param later after the load beside the crowd
 * @param left when the crowd had gone
 * @param crowd what became of its members
 */
record CrowdRound(
        LoadReport without,
        LoadReport with,
        CrowdMemory alone,
        CrowdMemory idle,
        CrowdMemory full,
        CrowdMemory later,
        CrowdMemory left,
        List<Crowd.Report> crowd) {
    CrowdRound {
        crowd = List.copyOf(crowd);
    }
}
