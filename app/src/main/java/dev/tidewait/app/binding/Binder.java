package dev.tidewait.app.binding;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Makes a record of a YAML text. Every error is collected with its line and column; one error never hides another, except
 * that a text that is not YAML cannot be looked at further. Immutable, any thread.
 */
public final class Binder {
    /** Far above any configuration, far below what could fill the heap. */
    private static final int MOST_CHARACTERS = 1 << 20;

    private final ScalarTypes scalars;

    public Binder(ScalarTypes scalars) {
        this.scalars = scalars;
    }

    /**
     * Binds a text. A part that is wrong is replaced by its default, so that the caller can look for more errors; the
     * record may be used only if {@link Findings#problems()} is empty.
     *
     * @param type a record all of whose keys may be left out
     * @param findings receives places and problems
     * @return empty if the text is not YAML at all
     */
    public <T extends Record> Optional<T> bind(Class<T> type, String text, Findings findings) {
        NodeBinder binder = new NodeBinder(scalars, findings);
        try {
            Optional<Node> root = compose(text, "configuration");
            return Optional.of(
                    type.cast(root.map(node -> binder.root(node, type)).orElseGet(() -> binder.absent(type))));
        } catch (MarkedYamlEngineException e) {
            Position position =
                    e.getProblemMark().or(e::getContextMark).map(Position::of).orElse(Position.START);
            findings.reportAt(
                    position, "this is not YAML: " + e.getProblem() + "; check indentation, quotes and brackets");
            return Optional.empty();
        } catch (YamlEngineException e) {
            findings.reportAt(Position.START, "this is not YAML: " + firstLine(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    static Optional<Node> compose(String text, String label) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(label)
                .setAllowNonScalarKeys(true)
                .setCodePointLimit(MOST_CHARACTERS)
                .build();
        return new Compose(settings).composeString(text);
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("unreadable");
    }
}
