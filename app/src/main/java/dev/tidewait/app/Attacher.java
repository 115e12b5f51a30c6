package dev.tidewait.app;

import dev.tidewait.hook.Hook;
import dev.tidewait.hook.HookException;
import dev.tidewait.hook.HookSettings;
import dev.tidewait.hook.HookSnapshot;
import java.nio.file.Path;

/** What applies the rule to a cgroup. In the product it is {@link #HOOK}; a test of the commands around it may count instead. */
@FunctionalInterface
interface Attacher {
    Attacher HOOK = (cgroup, settings, force) -> {
        Hook hook = Hook.attach(cgroup, settings, force);
        return new Attachment() {
            @Override
            public void moveTo(Path next) throws HookException {
                hook.moveTo(next);
            }

            @Override
            public HookSnapshot snapshot() {
                return hook.snapshot();
            }

            @Override
            public void close() {
                hook.close();
            }
        };
    };

    /** The rule at work on one cgroup at a time, until it is closed. Any thread. */
    interface Attachment extends AutoCloseable {
        /** As {@link Hook#moveTo}. */
        void moveTo(Path next) throws HookException;

        HookSnapshot snapshot();

        @Override
        void close();
    }

    /** As {@link Hook#attach}. */
    Attachment attach(Path cgroup, HookSettings settings, boolean force) throws HookException;
}
