/**
 * What {@code tidewait study} reads and prints: captures and former studies in, a table, JSON or an HTML report out. What segments mean is found in {@code
 * dev.tidewait.evidence}; nothing here decides. Start reading at {@link dev.tidewait.app.study.StudyRun}.
 */
@NullMarked
package dev.tidewait.app.study;

import org.jspecify.annotations.NullMarked;
