package dev.tidewait.app.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One key of the configuration file, said once: the binder, the schema and {@code tidewait explain} all read it here. A
 * component of type {@code Optional} may be left out; any other needs {@link #whenAbsent()} or must be written.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** What the setting does; one or two sentences. */
    String value();

    /** Why it exists and why its default is what it is; one to three sentences. */
    String why();

    /** Where the reason comes from: RFC section, kernel function or commit, publication, or a file of this repository. */
    String source();

    /** What a plain number counts; empty where the value says it itself. */
    String unit() default "";

    /** The key in the file where it is not the component's name. */
    String key() default "";

    /** YAML text that stands for a key that is not written; empty = none. */
    String whenAbsent() default "";

    /** In words what applies where the key is not written and {@link #whenAbsent()} is empty; empty = it must be written. */
    String otherwise() default "";

    /** Smallest value, written as in the file; empty = no limit. */
    String min() default "";

    /** Largest value, written as in the file; empty = no limit. */
    String max() default "";

    /** A word that may be written for the whole section: it stands for the key of that name, with the value true. */
    String word() default "";

    /** Whether {@code off} may be written instead; then the component is an {@code Optional}, and empty means off. */
    boolean mayBeOff() default false;
}
