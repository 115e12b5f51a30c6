package dev.tidewait.lab;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** unshare(CLONE_NEWNET) for the calling thread. Any thread. */
final class NewNetworkNamespace {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final MethodHandle UNSHARE = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("unshare"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private NewNetworkNamespace() {}

    static void enter() {
        int result;
        try {
            result = (int) UNSHARE.invokeExact(CLONE_NEWNET);
        } catch (Throwable e) {
            throw new LabException("unshare could not be called", e);
        }
        if (result != 0) {
            throw new LabException("cannot make a network namespace: the lab needs CAP_SYS_ADMIN; run it as root");
        }
    }
}
