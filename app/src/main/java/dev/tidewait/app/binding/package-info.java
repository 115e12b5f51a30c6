/**
 * Binds one YAML file to records, and says everything that is wrong with it at once.
 *
 * <p>What lives here: the binder (start reading at {@link dev.tidewait.app.binding.Binder}), the annotations that describe
 * a setting, places and problems, suggestions, and the JSON schema made from the same records. What may not live here: any
 * key or value of Tidewait's own configuration; those are in {@code configuration}.
 */
@NullMarked
package dev.tidewait.app.binding;

import org.jspecify.annotations.NullMarked;
