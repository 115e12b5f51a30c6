/**
 * What {@code tidewait doctor} prints, for people and for programs, and how it asks other Tidewait programs for their ledgers ({@link
 * dev.tidewait.app.doctor.TidewaitQuestions}). What is true is found in {@code dev.tidewait.doctor}; nothing here decides.
 */
@NullMarked
package dev.tidewait.app.doctor;

import org.jspecify.annotations.NullMarked;
