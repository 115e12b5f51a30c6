/** What {@code tidewait doctor} prints, for people and for programs. What is true is found in {@code dev.tidewait.doctor}; nothing here decides. */
@NullMarked
package dev.tidewait.app.doctor;

import org.jspecify.annotations.NullMarked;
