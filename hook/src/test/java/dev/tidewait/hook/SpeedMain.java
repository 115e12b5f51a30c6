package dev.tidewait.hook;

import dev.tidewait.ports.PortSet;
import java.io.IOException;
import java.nio.file.Path;

/** Holds a hook on a cgroup until a line comes on stdin, then prints what was counted: for measurements by hand. */
final class SpeedMain {
    private SpeedMain() {}

    public static void main(String[] arguments) throws HookException, IOException {
        HookSettings settings = Bench.settings(PortSet.range(1_024, 32_767));
        try (Hook hook = Hook.attach(Path.of(arguments[0]), settings, false)) {
            if (System.in.read() >= 0) {
                HookSnapshot snapshot = hook.snapshot();
                System.out.println(snapshot.leftAlone());
                snapshot.destinations().forEach(System.out::println);
            }
        }
    }
}
