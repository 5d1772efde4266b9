// From an image that was measured to the page of its report.
import { basename } from 'node:path';
import type { MeasuredImage, Pixels } from '../../library/index.ts';
import { sniff } from '../files/formats.ts';
import type { SourceImage } from '../files/read-image.ts';
import { mapsOf } from '../heatmap/map.ts';
import { type Rival, rivalsOf } from '../other-codecs/rivals.ts';
import { formatBytes } from '../text/format.ts';
import { pageOf } from './page.ts';
import { LONGEST_SIDE, mapOf, pictureOf } from './pictures.ts';
import { splitOf } from './split.ts';

export interface Reported {
  /** The image's path, of which the page has the name alone. */
  readonly input: string;
  /** Of its file. */
  readonly bytes: Uint8Array;
  readonly source: SourceImage;
  readonly pixels: Pixels;
  readonly measured: MeasuredImage;
  /** The model as the command line shows it. */
  readonly model: string;
}

/** The page's text. */
export async function reportPage(
  { input, bytes, source, pixels, measured, model }: Reported,
  onProgress?: (share: number) => void,
): Promise<string> {
  const { report, costs } = measured;
  const { dims } = report;
  const maps = mapsOf({ report, costs });
  const rivals = await rivalsOf(pixels, onProgress);
  const format = sniff(bytes)?.name ?? 'gzip';
  const lossy = source.keepReason?.kind === 'lossy';
  const files = [
    { name: '8 bits a sample', bytes: dims },
    { name: `${format} as it lies${lossy ? ', with loss' : ''}`, bytes: bytes.length },
    ...rivals.flatMap(({ name, bytes }) => (bytes === null ? [] : [{ name, bytes }])),
    { name: 'vaezip', bytes: measured.file.length, isOwn: true },
  ];
  return pageOf({
    name: input === '-' ? 'the image' : basename(input),
    ...{ width: pixels.width, height: pixels.height, channels: pixels.channels, dims, model },
    picture: await pictureOf(pixels),
    maps: await Promise.all(maps.map(mapOf)),
    parts: splitOf(measured),
    rates: files.map((file) => ({ ...file, bitsPerDim: (8 * file.bytes) / dims })),
    notes: notesOf({ bytes, source, pixels, measured }, rivals),
  });
}

function notesOf(
  { bytes, source, pixels, measured }: Pick<Reported, 'bytes' | 'source' | 'pixels' | 'measured'>,
  rivals: readonly Rival[],
): string[] {
  const { keepReason } = source;
  const kept =
    keepReason?.text ?? (measured.file.length >= bytes.length ? 'the model would not make it smaller' : null);
  const isScaled = Math.max(pixels.width, pixels.height) > LONGEST_SIDE;
  return [
    ...(kept === null
      ? []
      : [`vaezip compress would keep this file of ${formatBytes(bytes.length)} as it is: ${kept}.`]),
    'A dim is a sample: one colour, or the alpha, of one pixel. Bits of the map are -log2 of the integer ' +
      'frequencies that samples are coded with; alpha is not in it.',
    ...(isScaled
      ? [`Pictures are scaled down to at most ${LONGEST_SIDE} pixels a side: a pixel of the map is a mean.`]
      : []),
    'Colours are shown as they are stored, without the profile of the file.',
    'The file as it lies and vaezip hold its metadata, too; the other formats hold the pixels alone.',
    ...rivals.flatMap(({ name, reason }) => (reason === null ? [] : [`${name} is left out: ${reason}.`])),
  ];
}
