package dev.tidewait.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Signals as events. No state; any thread.
 *
 * <p>A shutdown hook would not do: the JVM would end with 143 instead of 0, and a second signal would not be heard while the first is
 * served. The class for this is {@code sun.misc.Signal} of module jdk.unsupported, which stays until there is a replacement
 * (JEP 260); it is reached by reflection because the compiler's warning about it cannot be silenced for one use.
 */
final class Signals {
    private Signals() {}

    /** Calls {@code action} on a thread of its own for each SIGTERM and SIGINT from now on. */
    static void onStop(Runnable action) {
        on(action, "TERM", "INT");
    }

    /** Calls {@code action} on a thread of its own for each SIGUSR1 from now on. */
    static void onReopen(Runnable action) {
        on(action, "USR1");
    }

    /** Calls {@code action} on a thread of its own for each SIGHUP from now on; not where it is ignored, as under nohup. */
    static void onReload(Runnable action) {
        on(action, "HUP");
    }

    /** Calls {@code action} on a thread of its own for each signal of this name (without SIG) from now on. */
    static void on(String name, Runnable action) {
        on(action, name);
    }

    private static void on(Runnable action, String... names) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invocation = (proxy, method, arguments) -> {
                if (!method.getName().equals("handle")) {
                    throw new UnsupportedOperationException(method.getName());
                }
                action.run();
                return null;
            };
            Object listener =
                    Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, invocation);
            for (String name : names) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no way to hear signals (module jdk.unsupported)", e);
        }
    }
}
