package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Later;
import dev.tidewait.app.binding.Setting;
import java.util.List;

/** Where connections to some destinations come from; the ports are the same for all. Immutable. */
@Later({"ports"})
public record DestinationSourcesSection(
        @Setting("Addresses or blocks of addresses of this host; [auto] = as 'sources' says.")
        List<SourceBlock> addresses) {}
