/**
 * What {@code tidewait reap} reads and says: values of its options, its progress, its report as text and as JSON. What it does lives in
 * {@code dev.tidewait.hook.reap}.
 */
@NullMarked
package dev.tidewait.app.reap;

import org.jspecify.annotations.NullMarked;
