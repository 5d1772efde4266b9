// The library: pixels in, bytes out and back. Runs in Node and in browsers.

export { type ErrorCode, VaezipError } from '../codec/error.ts';
export type { CodeLengths, CodingOptions, Encoded, Family, Model, Session } from '../codec/model/model.ts';
export type { Pixels, Samples, Shape } from '../codec/pixels/pixels.ts';
export type { Description, MetadataKind, Method } from '../container/container.ts';
export { isContainer } from '../container/container.ts';
export { findModel, listModels, loadModel, type ModelEntry } from '../models/models.ts';
export {
  type Compressed,
  type CompressOptions,
  compress,
  type Metadata,
  type Original,
  type PixelsInput,
  store,
} from './compress.ts';
export { type DecompressOptions, decompress, extract, type Inspection, inspect } from './decompress.ts';
export { type BitsPerDim, type Report, verifiedReport } from './figures.ts';
export { type Expected, verify } from './verify.ts';
