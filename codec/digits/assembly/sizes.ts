// Sizes that the digits model is compiled for: see architecture.ts.

@inline export const SIDE: i32 = 28;
@inline export const PATCH: i32 = 4;
/** Cells a row of the image: patches of PATCH x PATCH pixels. */
@inline export const GRID: i32 = 7;
@inline export const CELLS: i32 = 49;
@inline export const CHANNELS: i32 = 32;
/** Inputs of each of NEIGHBOURS neighbours. */
@inline export const FEATURES: i32 = 3;
@inline export const CONTEXT: i32 = 42;
/** Levels from which on ink is full. */
@inline export const FULL: i32 = 250;
/** Units of the pixels' network. */
@inline export const FIRST: i32 = 48;
@inline export const SECOND: i32 = 32;
@inline export const OUTPUTS: i32 = 12;
@inline export const CENTRE: f32 = 128;
@inline export const UNIT: f32 = 24;
/** Numbers of z1 and z2. */
@inline export const BOTTOM: i32 = 16;
@inline export const TOP: i32 = 8;
@inline export const NEIGHBOURS: i32 = 14;
/** Units of the encoder's first layer. */
@inline export const SEEN: i32 = 192;
@inline export const INK_OUTPUTS: i32 = 52;

/** Zeros around an image: as far as neighbours reach. */
@inline export const MARGIN: i32 = 3;
@inline export const STRIDE: i32 = 36;
@inline export const PADDED_ROWS: i32 = MARGIN + 28;

/** Latents take one of 2^BINS_LOG2 bins, far narrower than posteriors; more would weigh the coder's reserved counts. */
@inline export const BINS_LOG2: u32 = 12;
