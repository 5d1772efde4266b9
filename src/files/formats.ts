import { isGzip } from './gunzip.ts';
import { isIdx } from './idx.ts';
import { isPng } from './png-chunks.ts';
export function sniff(start: Uint8Array): boolean {
  return (
    isPng(start) ||
    isIdx(start) ||
    isGzip(start) ||
    start[0] === 0xff ||
    /^(II|MM|GIF|RIFF)/.test(Buffer.from(start.subarray(0, 4)).toString('latin1'))
  );
}
