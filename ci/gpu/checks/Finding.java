/**
 * What a check found.
 *
 * @param found figures with their units
 * @param expected what was asked for, in the same units; "-" where a figure is only told
 * @param passed whether it is so
 */
record Finding(String found, String expected, boolean passed) {}
