/**
 * Captures with a known truth: conversations of TCP segment by segment, the frames they become, and streams of them as large as wanted. What the study
 * of captures ({@code dev.tidewait.evidence}) makes of them is compared with that truth.
 *
 * <p>Start reading at {@link dev.tidewait.lab.study.Conversation}.
 */
@NullMarked
package dev.tidewait.lab.study;

import org.jspecify.annotations.NullMarked;
