// The library: pixels in, bytes out and back. Runs in Node and in browsers.

export { type ErrorCode, VaezipError } from '../codec/error.ts';
export type {
  CodeLengths,
  CodingOptions,
  Costs,
  Decoded,
  Direction,
  Encoded,
  EncodeOptions,
  Family,
  Measured,
  Model,
  Rows,
  Session,
  TileCosts,
} from '../codec/model/model.ts';
export type { Pixels, Samples, Shape } from '../codec/pixels/pixels.ts';
export type { ByteInput, ByteSource } from '../container/byte-sources.ts';
export type { Description, MetadataKind } from '../container/container.ts';
export { isContainer } from '../container/container.ts';
export { type Reason, type ReasonKind, reasonOf } from '../container/reasons.ts';
export type { PngForm, SourceForm } from '../container/source-form.ts';
export { findModel, listModels, loadModel, type ModelEntry } from '../models/models.ts';
export type { ArchiveEntry, ArchiveImage } from './archive-group.ts';
export { type Archive, isArchive, openArchive } from './archive-read.ts';
export { type PackOptions, packArchive } from './archive-write.ts';
export { type CodeLengthsOptions, codeLengths, type MeasuredImage } from './code-lengths.ts';
export { type Compressed, compress, store } from './compress.ts';
export type { DecodedImage, HeldRecipe, Inspection } from './contents.ts';
export { decompress, decompressWithRecipe, extract, inspect } from './decompress.ts';
export { decompressRows, type PixelRows } from './decompress-rows.ts';
export type { BitsPerDim, Report } from './figures.ts';
export { type Limits, memoryNeeded } from './memory.ts';
export type {
  CompressOptions,
  DecompressOptions,
  Metadata,
  Original,
  PixelsInput,
  WorkOptions,
} from './options.ts';
export { preview } from './preview.ts';
export { decodeRegion, type Region } from './region.ts';
export { type Salvaged, type SalvagedFile, type SalvagedImage, salvage } from './salvage.ts';
export { type Expected, verify } from './verify.ts';
