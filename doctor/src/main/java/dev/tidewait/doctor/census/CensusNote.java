package dev.tidewait.doctor.census;

/**
 * Something that the census could not see or had to guess. Immutable.
 *
 * @param what what is missing, with its number
 * @param why the reason
 * @param cure what to do about it
 */
public record CensusNote(String what, String why, String cure) {}
