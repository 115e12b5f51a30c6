package dev.tidewait.app.binding;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * The records of a configuration as a JSON schema (draft 2020-12), for editors that complete and check YAML. It knows keys, kinds and
 * words; limits and what needs more than one key remain with the binder. Owned by the thread that writes.
 */
public final class JsonSchema {
    private final ScalarTypes scalars;
    private final JsonGenerator json;

    private JsonSchema(ScalarTypes scalars, JsonGenerator json) {
        this.scalars = scalars;
        this.json = json;
    }

    public static void write(Class<? extends Record> root, String title, ScalarTypes scalars, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("$schema", "https://json-schema.org/draft/2020-12/schema");
        json.writeStringProperty("title", title);
        new JsonSchema(scalars, json).section(root);
        json.writeEndObject();
    }

    private void section(Class<?> type) {
        List<SettingKey> keys = Shape.of(type).keys();
        List<String> required = new ArrayList<>();
        json.writeStringProperty("type", "object");
        json.writeBooleanProperty("additionalProperties", false);
        json.writeObjectPropertyStart("properties");
        for (SettingKey key : keys) {
            if (key.setting().whenAbsent().isEmpty() && !key.isOptional()) {
                required.add(key.name());
            }
            json.writeObjectPropertyStart(key.name());
            json.writeStringProperty("description", key.setting().value());
            if (key.setting().mayBeOff()) {
                anyOf(key.type(), () -> {
                    json.writeString("off");
                    json.writeBoolean(false);
                });
            } else if (!key.setting().word().isEmpty()) {
                anyOf(key.type(), () -> json.writeString(key.setting().word()));
            } else {
                type(key.type());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        if (!required.isEmpty()) {
            strings("required", required);
        }
    }

    /** Some words, or what the type says. */
    private void anyOf(Type type, Runnable words) {
        json.writeArrayPropertyStart("anyOf");
        json.writeStartObject();
        json.writeArrayPropertyStart("enum");
        words.run();
        json.writeEndArray();
        json.writeEndObject();
        json.writeStartObject();
        type(type);
        json.writeEndObject();
        json.writeEndArray();
    }

    private void type(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Type inner = arguments[arguments.length - 1];
            if (generic.getRawType() == Optional.class) {
                type(inner);
                return;
            }
            boolean map = generic.getRawType() == Map.class;
            json.writeStringProperty("type", map ? "object" : "array");
            json.writeObjectPropertyStart(map ? "additionalProperties" : "items");
            type(inner);
            json.writeEndObject();
            return;
        }
        Class<?> plain = (Class<?>) type;
        Optional<ScalarType<?>> scalar = scalars.of(plain);
        if (scalar.isPresent()) {
            strings("type", scalar.get().jsonTypes());
        } else if (plain.isEnum()) {
            strings("enum", ScalarBinder.words(plain));
        } else {
            section(plain);
        }
    }

    private void strings(String name, List<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }
}
