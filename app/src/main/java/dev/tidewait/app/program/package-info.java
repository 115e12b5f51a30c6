/**
 * What the commands for programs that already exist need: the program itself (finding, starting, signalling it), the cgroups and processes around
 * it, and the report about its connections.
 *
 * <p>Start reading at {@link dev.tidewait.app.program.ChildProgram} for {@code tidewait run}, at {@link dev.tidewait.app.program.AttachTarget}
 * for {@code tidewait attach}. The rule itself is in module {@code hook}; command lines and the admin endpoint are elsewhere in {@code app}.
 */
@NullMarked
package dev.tidewait.app.program;

import org.jspecify.annotations.NullMarked;
