// The precision of every distribution but the mixtures of four logistics.

/** Frequencies sum to 2^28. */
@inline export const PRECISION: u32 = 28;
@inline export const TOTAL: u32 = 1 << 28;
