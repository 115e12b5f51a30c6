/**
 * {@code lab peers}: nginx, HAProxy and Squid as they are shipped, tuned, and with Tidewait beside them. What does each set-up carry towards one
 * destination, and what fails?
 *
 * <p>Start reading at {@link dev.tidewait.lab.peers.PeerCell} (what is tried), then {@link dev.tidewait.lab.peers.PeerRun} (how) and {@link
 * dev.tidewait.lab.peers.PeersVerdicts} (what is claimed). {@link dev.tidewait.lab.peers.StrangerRun} is the same for somebody who changes
 * nothing: default sysctls, no options. Tidewait is only ever started as a command here.
 */
@NullMarked
package dev.tidewait.lab.peers;

import org.jspecify.annotations.NullMarked;
