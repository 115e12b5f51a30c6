package dev.tidewait.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A parsed JSON object, for the short reports of the lab's programs. Immutable after parsing. */
public final class JsonObject {
    private static final JsonFactory FACTORY = new JsonFactory();
    /** Stands for JSON's null; no reader asks for it. */
    private static final Object NULL = new Object();

    private final Map<String, Object> fields;

    private JsonObject(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** @throws LabException if the text is not one JSON object */
    public static JsonObject parse(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new LabException("not a JSON object: " + shortened(text));
            }
            return object(parser);
        } catch (JacksonException e) {
            throw new LabException("not JSON: " + shortened(text), e);
        }
    }

    public long number(String name) {
        return of(Number.class, name).longValue();
    }

    public double decimal(String name) {
        return of(Number.class, name).doubleValue();
    }

    public String text(String name) {
        return of(String.class, name);
    }

    boolean flag(String name) {
        return of(Boolean.class, name);
    }

    public boolean has(String name) {
        return fields.containsKey(name);
    }

    public JsonObject object(String name) {
        return of(JsonObject.class, name);
    }

    public List<?> array(String name) {
        return of(List.class, name);
    }

    public List<JsonObject> objects(String name) {
        return array(name).stream().map(JsonObject.class::cast).toList();
    }

    /** Its fields, all of them numbers, that are above 0. */
    public Map<String, Long> positive() {
        Map<String, Long> positive = new LinkedHashMap<>();
        for (String name : fields.keySet()) {
            if (number(name) > 0) {
                positive.put(name, number(name));
            }
        }
        return positive;
    }

    /** Names of the fields, in the order of the text. */
    public List<String> names() {
        return List.copyOf(fields.keySet());
    }

    private <T> T of(Class<T> type, String name) {
        Object value = fields.get(name);
        if (!type.isInstance(value)) {
            throw new LabException("the report has no " + type.getSimpleName() + " '" + name + "' but " + value);
        }
        return type.cast(value);
    }

    private static JsonObject object(JsonParser parser) {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser));
        }
        return new JsonObject(fields);
    }

    private static Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(parser));
                }
                yield items;
            }
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            case VALUE_STRING -> parser.getString();
            case VALUE_NULL -> NULL;
            default -> throw new LabException("unexpected " + parser.currentToken() + " in a report");
        };
    }

    private static String shortened(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}
