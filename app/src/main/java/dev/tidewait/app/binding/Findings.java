package dev.tidewait.app.binding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was found in one file: where each setting stands, and what is wrong. Settings are named by their path, such as
 * {@code listeners[0].bind}. Owned by the thread that loads the file.
 */
public final class Findings {
    private final String file;
    private final Map<String, Position> places = new HashMap<>();
    private final IdentityHashMap<Object, String> paths = new IdentityHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    public Findings(String file) {
        this.file = file;
    }

    /** Whether the file itself says something about this setting, rightly or wrongly. */
    public boolean written(String path) {
        return places.containsKey(path);
    }

    /**
     * Where a record of the configuration stands, for instance {@code listeners[0]}.
     *
     * @param made the very instance that was bound
     */
    public String pathOf(Record made) {
        return paths.getOrDefault(made, "");
    }

    /** Reports a problem with the setting, where it stands or, if it is not written, where its parent stands. */
    public void report(String path, String message) {
        problems.add(new Problem(file, place(path), path.isEmpty() ? message : path + ": " + message));
    }

    /** Reports a list that has no element, unless an element is wrong and was reported itself. */
    public void reportEmpty(String path, List<?> list, String cure) {
        if (list.isEmpty() && !written(path + "[0]")) {
            report(path, "the list is empty; " + cure);
        }
    }

    /** Reports each element that is in the list twice. */
    public void reportTwins(String path, List<?> list) {
        Set<Object> seen = new HashSet<>();
        for (Object element : list) {
            if (!seen.add(element)) {
                report(path, "'" + element + "' is in the list twice; remove one");
            }
        }
    }

    /** Everything that is wrong, in the order of the file. */
    public List<Problem> problems() {
        return problems.stream().sorted(Comparator.comparing(Problem::position)).toList();
    }

    void reportAt(Position position, String message) {
        problems.add(new Problem(file, position, message));
    }

    void place(String path, Position position) {
        places.put(path, position);
    }

    void made(Object value, String path) {
        paths.put(value, path);
    }

    private Position place(String path) {
        String at = path;
        while (!at.isEmpty()) {
            Position position = places.get(at);
            if (position != null) {
                return position;
            }
            at = at.substring(0, Math.max(Math.max(at.lastIndexOf('.'), at.lastIndexOf('[')), 0));
        }
        return Position.START;
    }
}
