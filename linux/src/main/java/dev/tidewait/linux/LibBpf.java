package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The one corner that calls libbpf (version 1, ABI libbpf.so.1). Numbers are results or minus errno; where libbpf returns a pointer, a
 * null pointer stands for failure and errno says why. Any thread.
 */
final class LibBpf {
    static final String LIBRARY = "libbpf.so.1";

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MemoryLayout POINTER = ValueLayout.ADDRESS;
    private static final FunctionDescriptor POINTER_TO_INT = FunctionDescriptor.of(INT, POINTER);
    private static final FunctionDescriptor FIND = FunctionDescriptor.of(POINTER, POINTER, POINTER);
    private static final FunctionDescriptor KEY_AND_VALUE = FunctionDescriptor.of(INT, INT, POINTER, POINTER);
    private static final FunctionDescriptor FREE = FunctionDescriptor.ofVoid(POINTER);

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup SYMBOLS = load();

    static final MethodHandle SET_PRINT = handle("libbpf_set_print", FunctionDescriptor.of(POINTER, POINTER));
    static final MethodHandle POSSIBLE_CPUS = handle("libbpf_num_possible_cpus", FunctionDescriptor.of(INT));
    static final MethodHandle OPEN_MEMORY =
            pointerHandle("bpf_object__open_mem", FunctionDescriptor.of(POINTER, POINTER, LONG, POINTER));
    static final MethodHandle LOAD = handle("bpf_object__load", POINTER_TO_INT);
    static final MethodHandle CLOSE = handle("bpf_object__close", FREE);
    static final MethodHandle FIND_MAP = pointerHandle("bpf_object__find_map_by_name", FIND);
    static final MethodHandle FIND_PROGRAM = pointerHandle("bpf_object__find_program_by_name", FIND);
    static final MethodHandle MAP_FD = handle("bpf_map__fd", POINTER_TO_INT);
    static final MethodHandle MAP_KEY_SIZE = handle("bpf_map__key_size", POINTER_TO_INT);
    static final MethodHandle MAP_VALUE_SIZE = handle("bpf_map__value_size", POINTER_TO_INT);
    static final MethodHandle MAP_SET_ENTRIES =
            handle("bpf_map__set_max_entries", FunctionDescriptor.of(INT, POINTER, INT));
    static final MethodHandle MAP_INITIAL_VALUE = pointerHandle("bpf_map__initial_value", FIND);
    static final MethodHandle MAP_LOOK_UP = handle("bpf_map_lookup_elem", KEY_AND_VALUE);
    static final MethodHandle MAP_UPDATE =
            handle("bpf_map_update_elem", FunctionDescriptor.of(INT, INT, POINTER, POINTER, LONG));
    static final MethodHandle MAP_DELETE = handle("bpf_map_delete_elem", FunctionDescriptor.of(INT, INT, POINTER));
    static final MethodHandle MAP_NEXT_KEY = handle("bpf_map_get_next_key", KEY_AND_VALUE);
    static final MethodHandle PROGRAM_FD = handle("bpf_program__fd", POINTER_TO_INT);
    static final MethodHandle ATTACH_CGROUP =
            pointerHandle("bpf_program__attach_cgroup", FunctionDescriptor.of(POINTER, POINTER, INT));
    static final MethodHandle ATTACH = pointerHandle("bpf_program__attach", FunctionDescriptor.of(POINTER, POINTER));
    static final MethodHandle CREATE_LINK =
            handle("bpf_link_create", FunctionDescriptor.of(INT, INT, INT, INT, POINTER));
    static final MethodHandle INFO =
            handle("bpf_obj_get_info_by_fd", FunctionDescriptor.of(INT, INT, POINTER, POINTER));
    static final MethodHandle ENABLE_STATISTICS = handle("bpf_enable_stats", FunctionDescriptor.of(INT, INT));
    static final MethodHandle DESTROY_LINK = handle("bpf_link__destroy", POINTER_TO_INT);
    static final MethodHandle TEST_RUN = handle("bpf_prog_test_run_opts", FunctionDescriptor.of(INT, INT, POINTER));
    static final MethodHandle QUERY =
            handle("bpf_prog_query", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, POINTER, POINTER));
    static final MethodHandle NEW_RING_BUFFER =
            pointerHandle("ring_buffer__new", FunctionDescriptor.of(POINTER, INT, POINTER, POINTER, POINTER));
    static final MethodHandle CONSUME = handle("ring_buffer__consume", POINTER_TO_INT);
    static final MethodHandle FREE_RING_BUFFER = handle("ring_buffer__free", FREE);

    private LibBpf() {}

    /** Loads the library, or throws a {@link LinkageError}. */
    static void touch() {}

    private static SymbolLookup load() {
        try {
            return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new MissingLibraryException(e);
        }
    }

    private static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... options) {
        MemorySegment function = SYMBOLS.find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError(
                        LIBRARY + " has no function " + name + "; version 1.0 or newer is needed"));
        return LINKER.downcallHandle(function, type, options);
    }

    /** Its first argument is the capture buffer of {@link LibC#captured()}. */
    private static MethodHandle pointerHandle(String name, FunctionDescriptor type) {
        return handle(name, type, Linker.Option.captureCallState("errno"));
    }

    /** There is no libbpf on this host. */
    static final class MissingLibraryException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MissingLibraryException(IllegalArgumentException cause) {
            super(LIBRARY + " is not installed", cause);
        }
    }
}
