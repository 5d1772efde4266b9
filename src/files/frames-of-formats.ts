// The formats whose files come back by their frames: one row each, by what the form of the source calls them.
import { frameOfBmp } from './bmp/frame.ts';
import type { FrameReader } from './frames/frame.ts';
import { frameOfGif } from './gif/frame.ts';
import { frameOfNetpbm } from './netpbm/frame.ts';
import { frameOfTiff } from './tiff/frame.ts';

export const FRAME_READERS = {
  tiff: frameOfTiff,
  pnm: frameOfNetpbm,
  pam: frameOfNetpbm,
  bmp: frameOfBmp,
  gif: frameOfGif,
} as const satisfies Record<string, FrameReader>;
