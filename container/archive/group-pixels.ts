/** Pixels of a group of an archive that holds several members, at most: the unit of reading and of damage. */
export const GROUP_PIXELS = 16_384;
