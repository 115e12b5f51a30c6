/**
 * TCP connections as a capture shows them: how they open, who closes first, when both ends have closed, what comes late, and when a four-tuple is used again.
 * In bounded memory, whatever the file holds.
 *
 * <p>Lives here: the state of each four-tuple and the counts that follow. May not live here: file formats ({@code capture}), confidence bounds ({@code late}).
 * Time is that of the packets; no clock is read.
 *
 * <p>Start reading at {@link dev.tidewait.evidence.track.ConnectionTracker}; {@link dev.tidewait.evidence.track.CaptureStudy} feeds it from a capture.
 */
@NullMarked
package dev.tidewait.evidence.track;

import org.jspecify.annotations.NullMarked;
