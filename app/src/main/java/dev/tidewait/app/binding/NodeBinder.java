package dev.tidewait.app.binding;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Walks a tree of YAML nodes and a tree of record types side by side. A method that answers empty has reported why. Depth is
 * bounded by the record types, so an anchor that contains itself does no harm. Owned by the thread that loads the file.
 */
final class NodeBinder {
    private final ScalarBinder scalars;
    private final Findings findings;

    NodeBinder(ScalarTypes types, Findings findings) {
        this.scalars = new ScalarBinder(types, findings);
        this.findings = findings;
    }

    /** The outermost record: what is wrong inside is replaced by its default. */
    Object root(Node node, Class<?> type) {
        if (isNull(node)) {
            return absent(type);
        }
        Shape shape = Shape.of(type);
        if (!(node instanceof MappingNode mapping)) {
            findings.reportAt(Position.of(node), "expected keys at the top of the file" + oneOf(shape));
            return absent(type);
        }
        List<Optional<Object>> values = values(mapping, shape, "");
        List<Object> sound = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            SettingKey key = shape.keys().get(i);
            sound.add(values.get(i).or(() -> absent(key)).orElseThrow());
        }
        return shape.make(sound);
    }

    /** A record of which nothing is written. */
    Object absent(Class<?> type) {
        Shape shape = Shape.of(type);
        return shape.make(shape.keys().stream()
                .map(key -> absent(key).orElseThrow(() -> new IllegalStateException(key + " has no default")))
                .toList());
    }

    /** The value of a key that is not written; empty if it must be written. */
    private Optional<Object> absent(SettingKey key) {
        String text = key.setting().whenAbsent();
        if (text.isEmpty()) {
            return key.isOptional() ? Optional.of(Optional.empty()) : Optional.empty();
        }
        Findings none = new Findings("default of " + key.name());
        Optional<Object> value = Binder.compose(text, key.name())
                .flatMap(node -> new NodeBinder(scalars.types(), none).bind(node, key, key.name()));
        if (value.isEmpty() || !none.problems().isEmpty()) {
            throw new IllegalStateException("the default of " + key + " is wrong: " + none.problems());
        }
        return value;
    }

    private Optional<Object> bind(Node node, SettingKey key, String path) {
        if (key.setting().mayBeOff() && ScalarBinder.isOff(node)) {
            findings.place(path, Position.of(node));
            return Optional.of(Optional.empty());
        }
        String word = key.setting().word();
        if (!word.isEmpty() && node instanceof ScalarNode scalar && !isNull(node)) {
            return word(scalar, word, key, path);
        }
        return bind(node, key.type(), path).filter(value -> scalars.inRange(value, key, path));
    }

    /** One word instead of a section. */
    private Optional<Object> word(ScalarNode scalar, String word, SettingKey key, String path) {
        if (!scalar.getValue().equals(word)) {
            findings.place(path, Position.of(scalar));
            findings.report(path, "expected '" + word + "', or keys" + oneOf(Shape.of((Class<?>) key.type())));
            return Optional.empty();
        }
        Node yes =
                new ScalarNode(Tag.BOOL, true, "true", ScalarStyle.PLAIN, scalar.getStartMark(), scalar.getEndMark());
        return bind(
                new MappingNode(
                        Tag.MAP,
                        true,
                        List.of(new NodeTuple(scalar, yes)),
                        FlowStyle.FLOW,
                        scalar.getStartMark(),
                        scalar.getEndMark()),
                key.type(),
                path);
    }

    private Optional<Object> bind(Node node, Type type, String path) {
        findings.place(path, Position.of(node));
        if (isNull(node)) {
            findings.report(path, "it has no value; write one, or remove the key");
            return Optional.empty();
        }
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == Optional.class) {
                return bind(node, last, path).map(Optional::of);
            }
            return generic.getRawType() == List.class ? list(node, last, path) : map(node, last, path);
        }
        Class<?> plain = (Class<?>) type;
        return scalars.knows(plain) ? scalars.bind(node, plain, path) : record(node, plain, path);
    }

    private Optional<Object> record(Node node, Class<?> type, String path) {
        Shape shape = Shape.of(type);
        if (!(node instanceof MappingNode mapping)) {
            findings.report(path, "expected keys" + oneOf(shape));
            return Optional.empty();
        }
        List<Optional<Object>> values = values(mapping, shape, path);
        if (!values.stream().allMatch(Optional::isPresent)) {
            return Optional.empty();
        }
        Object made = shape.make(values.stream().map(Optional::orElseThrow).toList());
        findings.made(made, path);
        return Optional.of(made);
    }

    /** One value for each key of the shape; empty where something was reported. */
    private List<Optional<Object>> values(MappingNode mapping, Shape shape, String path) {
        Map<String, Node> written = entries(mapping, path, shape);
        List<Optional<Object>> values = new ArrayList<>();
        for (SettingKey key : shape.keys()) {
            @Nullable Node value = written.get(key.name());
            values.add(value == null ? missing(key, path) : bind(value, key, join(path, key.name())));
        }
        return values;
    }

    private Optional<Object> missing(SettingKey key, String path) {
        Optional<Object> value = absent(key);
        if (value.isEmpty()) {
            findings.report(
                    path,
                    "the key '" + key.name() + "' is missing: " + key.setting().value());
        }
        return value;
    }

    private Optional<Object> list(Node node, Type elementType, String path) {
        if (!(node instanceof SequenceNode sequence)) {
            String example = node instanceof ScalarNode scalar
                    ? "; write [" + scalar.getValue() + "]"
                    : "; begin each with '- '";
            findings.report(path, "expected a list" + example);
            return Optional.empty();
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            bind(sequence.getValue().get(i), elementType, path + "[" + i + "]").ifPresent(elements::add);
        }
        return Optional.of(Collections.unmodifiableList(elements));
    }

    private Optional<Object> map(Node node, Type valueType, String path) {
        if (!(node instanceof MappingNode mapping)) {
            findings.report(path, "expected names, each with its settings below it");
            return Optional.empty();
        }
        Map<String, Object> values = new LinkedHashMap<>();
        entries(mapping, path, null)
                .forEach((name, value) ->
                        bind(value, valueType, join(path, name)).ifPresent(bound -> values.put(name, bound)));
        return Optional.of(Collections.unmodifiableMap(values));
    }

    /**
     * The values of a mapping by key. Keys written twice, and those that the shape does not have, are reported.
     *
     * @param shape the keys that are possible; null = any
     */
    private Map<String, Node> entries(MappingNode mapping, String path, @Nullable Shape shape) {
        Map<String, Node> entries = new LinkedHashMap<>();
        Map<String, Position> first = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Position position = Position.of(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
                findings.reportAt(position, "a key must be a single word");
                continue;
            }
            String name = scalar.getValue();
            @Nullable Position before = first.putIfAbsent(name, position);
            if (before != null) {
                findings.reportAt(
                        position,
                        join(path, name) + ": it is written twice, first in line " + before.line() + "; remove one");
            } else if (shape == null || shape.has(name)) {
                entries.put(name, tuple.getValueNode());
            } else {
                findings.reportAt(position, unknown(name, path, shape));
            }
        }
        return entries;
    }

    private static String unknown(String name, String path, Shape shape) {
        if (shape.later().contains(name)) {
            return join(path, name) + ": not available in this version; remove the key";
        }
        String where = path.isEmpty() ? "" : " in " + path;
        return "unknown key '" + name + "'" + where + Suggestion.among(name, shape.names());
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
    }

    private static String oneOf(Shape shape) {
        return ", one of: " + String.join(", ", shape.names());
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
