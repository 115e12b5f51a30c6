package dev.tidewait.app.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Keys of a record, or words of an enum, that are planned and not built. Somebody who writes one is told so, instead of
 * being told that it is misspelled.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Later {
    String[] value();
}
