package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Later;
import dev.tidewait.app.binding.Setting;
import java.util.List;

/** Where connections to some destinations come from; the ports are the same for all. Immutable. */
@Later({"ports"})
public record DestinationSourcesSection(
        @Setting(
                value = "Addresses or blocks of addresses of this host; [auto] = as 'sources' says.",
                why =
                        "Some destinations know their callers by address; further addresses here are further four-tuples for this "
                                + "destination alone.",
                source = "RFC 9293 section 3.4.1")
        List<SourceBlock> addresses) {}
