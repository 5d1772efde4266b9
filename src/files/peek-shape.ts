// The shape of an image that will be coded, by a few bytes of its file: a tenth of a millisecond a file, for plans
// before a long job. It judges as readImage does, as far as these bytes tell.
import { constants, gunzipSync } from 'node:zlib';
import type { Reason, Shape } from '../../library/index.ts';
import { frameOfBmp } from './bmp/frame.ts';
import type { FileParts } from './common/file-parts.ts';
import { reasonOfSize } from './common/sharp.ts';
import { SNIFF_BYTES, sniff } from './formats.ts';
import type { FrameReader } from './frames/frame.ts';
import { peekGif } from './gif/frame.ts';
import { isGzip } from './gunzip.ts';
import { peekIdx } from './idx.ts';
import { frameOfNetpbm } from './netpbm/frame.ts';
import { peekPng } from './png/read.ts';
import { frameOfTiff } from './tiff/frame.ts';
import { readWebp } from './webp.ts';

/** The shape; null for what is no image, and for what is kept as it is. */
export function shapeOf(parts: FileParts): Shape | null {
  try {
    return peekParts(parts);
  } catch {
    return null; // whoever reads all of it says what is wrong
  }
}

function peekParts(parts: FileParts): Shape | null {
  const start = parts.at(0, SNIFF_BYTES);
  if (isGzip(start)) return peekIdx(unzipStart(start), null);
  switch (sniff(start)?.name) {
    case 'PNG':
      return peekPng(parts);
    case 'idx':
      return peekIdx(start, parts.size);
    case 'TIFF':
      return shapeOfFrame(frameOfTiff(parts, 0));
    case 'PNM':
    case 'PAM':
      return shapeOfFrame(frameOfNetpbm(parts, 0));
    case 'BMP':
      return shapeOfFrame(frameOfBmp(parts, 0));
    case 'GIF':
      return peekGif(parts);
    case 'WebP':
      return shapeWithin(readWebp(parts));
    default:
      return null;
  }
}

function shapeOfFrame(frame: ReturnType<FrameReader>): Shape | null {
  return frame === null || 'kind' in frame ? null : shapeWithin({ shape: frame.layout.shape });
}

function shapeWithin(image: { readonly shape: Shape } | Reason): Shape | null {
  return 'kind' in image || reasonOfSize(image.shape) ? null : image.shape;
}

/** Whether a file's first SNIFF_BYTES bytes are those of an image that `readImage` takes. */
export function looksLikeImage(start: Uint8Array): boolean {
  try {
    return isGzip(start) ? peekIdx(unzipStart(start), null) !== null : sniff(start) !== null;
  } catch {
    return false; // a gzip file that is damaged
  }
}

function unzipStart(start: Uint8Array): Uint8Array {
  return gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH });
}
