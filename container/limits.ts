// What sizes a .vz file may state, and why. Readers check them before they take memory.

/**
 * Samples that one byte of a file may stand for. At 24 bits of precision and frequencies >= 1, a sample of 256
 * levels costs at least log2(2^24 / (2^24 - 255)) = 2.2e-5 bits, which is 2^18.5 samples a byte.
 */
export const MAX_SAMPLES_PER_BYTE = 2 ** 20;

/** Metadata once unpacked: beyond any colour profile or EXIF block (JPEG's own limit for a profile is 16 MiB). */
export const MAX_METADATA_BYTES = 2 ** 26;

/**
 * Zlib streams that unpacking metadata packs anew: what they hold, and for each as many bytes more as it takes time.
 */
export const MAX_REPACKED_BYTES = 2 ** 21;
export const REPACKED_STREAM_COST = 2 ** 12;

/** Metadata that are mixed, some four microseconds a byte; longer ones are packed by zlib. */
export const MAX_MIXED_BYTES = 2 ** 17;

/** Sections of a file: types are a byte, and none comes twice. */
export const MAX_SECTIONS = 64;

/** Groups of an image: each takes a reader objects beside its bytes. */
export const MAX_GROUPS = 2 ** 16;

/** Channels and bits a sample of a kept file, which the header only describes. */
export const MAX_KEPT_CHANNELS = 65535;
export const MAX_KEPT_BIT_DEPTH = 1024;
