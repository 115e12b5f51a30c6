package dev.tidewait.app.binding;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;

/**
 * One key that a record has. Immutable.
 *
 * @param name as written in the file
 * @param type the component's type
 */
record SettingKey(String name, Type type, Setting setting) {
    boolean isOptional() {
        return type instanceof ParameterizedType generic && generic.getRawType() == Optional.class;
    }
}
