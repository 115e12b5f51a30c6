/**
 * Packet captures, read as a stream in bounded memory: pcap and pcapng, plain or compressed by gzip, down to the TCP header.
 *
 * <p>Lives here: file formats, link layers, IP and TCP headers. May not live here: what segments mean together ({@code track}).
 *
 * <p>Start reading at {@link dev.tidewait.evidence.capture.CaptureReader}; {@link dev.tidewait.evidence.capture.SegmentDecoder} turns what it gives into
 * segments. Nothing is allocated for a packet: the reader hands out a place in its buffer, the decoder fills a {@link
 * dev.tidewait.evidence.capture.Segment} that its caller owns.
 */
@NullMarked
package dev.tidewait.evidence.capture;

import org.jspecify.annotations.NullMarked;
