/**
 * The risk of using a four-tuple again, as arithmetic: how likely a segment of the former incarnation still arrives, whether the next one takes
 * it for real, and whether the peer is still in LAST_ACK. No input, no output, no clock.
 *
 * <p>Start reading at {@link dev.tidewait.evidence.risk.RiskModel}. {@link dev.tidewait.evidence.risk.DelayTail} says how late segments are,
 * {@link dev.tidewait.evidence.risk.Receiver} what a receiver takes, {@link dev.tidewait.evidence.risk.Meeting} when a copy finds somebody there, {@link
 * dev.tidewait.evidence.risk.LastAck} what becomes of the peer. {@link dev.tidewait.evidence.risk.MonteCarlo} plays the same with drawn delays and
 * ports used in turn.
 * {@link dev.tidewait.evidence.risk.FloorAdvice} is the other way round: which floor follows from what was seen on a network.
 */
@NullMarked
package dev.tidewait.evidence.risk;

import org.jspecify.annotations.NullMarked;
