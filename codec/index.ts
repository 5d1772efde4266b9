// The library: pixels in, bytes out and back. Runs in Node and in browsers.
export { findModel, listModels, loadModel, type ModelEntry } from '../models/registry.ts';
export {
  type Compressed,
  type CompressOptions,
  compress,
  type Metadata,
  type Original,
  type PixelsInput,
  store,
} from './compress.ts';
export type { Description, MetadataKind, Method } from './container/container.ts';
export { isContainer } from './container/container.ts';
export { type DecompressOptions, decompress, extract, type Inspection, inspect } from './decompress.ts';
export { type ErrorCode, VaezipError } from './error.ts';
export type { CodeLengths, CodingOptions, Encoded, ImageCodec, Pixels, Shape } from './image-codec.ts';
export { type BitsPerDim, type Report, verifiedReport } from './report.ts';
export { type Expected, verify } from './verify.ts';
