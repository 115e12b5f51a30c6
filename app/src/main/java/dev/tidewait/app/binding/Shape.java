package dev.tidewait.app.binding;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The keys of one record, read from its components once. Immutable.
 *
 * @param keys in the order of the components, which is the order of the constructor's parameters
 * @param later keys that are planned and not built
 */
record Shape(Class<?> type, List<SettingKey> keys, List<String> later) {
    static Shape of(Class<?> type) {
        List<SettingKey> keys = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            if (setting == null) {
                throw new IllegalStateException(type + "." + component.getName() + " lacks @Setting");
            }
            keys.add(new SettingKey(
                    setting.key().isEmpty() ? component.getName() : setting.key(),
                    component.getGenericType(),
                    setting));
        }
        return new Shape(type, List.copyOf(keys), later(type));
    }

    static List<String> later(Class<?> type) {
        Later later = type.getAnnotation(Later.class);
        return later == null ? List.of() : List.of(later.value());
    }

    List<String> names() {
        return keys.stream().map(SettingKey::name).toList();
    }

    boolean has(String name) {
        return keys.stream().anyMatch(key -> key.name().equals(name));
    }

    /** What an instance has for the key of that number. */
    Object value(Record instance, int key) {
        try {
            return type.getRecordComponents()[key].getAccessor().invoke(instance);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + keys.get(key) + " of " + instance, e);
        }
    }

    Object make(List<Object> values) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values.toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type + " of " + values, e);
        }
    }
}
