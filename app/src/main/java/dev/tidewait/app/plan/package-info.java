/**
 * What {@code tidewait plan} reads and says: values of its options, where each figure comes from, and the plan as text, JSON and CSV. The arithmetic lives in
 * {@code dev.tidewait.doctor.plan}. Start reading at {@link dev.tidewait.app.plan.Plan}.
 */
@NullMarked
package dev.tidewait.app.plan;

import org.jspecify.annotations.NullMarked;
