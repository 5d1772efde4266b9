// Maps as a picture: each in colours, a pixel of the image a pixel of the map, with its title and a bar of colours. The
// maps are laid onto what vega draws around them: as a part of its drawing they would be resampled.
import { parse, type Spec, type TextMark, View } from 'vega';
import { loadSharp } from '../files/common/sharp.ts';
import { type ColourRange, paint, rangeOf } from './colours.ts';
import { legendOf, scaleOf } from './legend.ts';
import type { BitMap } from './map.ts';

// In units: a pixel, and more of them where the image is so large that letters would be lost beside it.
const MARGIN = 16;
/** Above a map, for its title and note. */
const HEAD = 44;
const GAP = 12;
const LEGEND = 56;
const LEAST_LEGEND = 90;
/** The title and the note have room. */
const LEAST_WIDTH = 260;
/** The longest side of a map of one pixel a unit. */
const USUAL_SIDE = 800;
/** Smaller images are magnified to about this size. */
const LEAST_SIDE = 256;

/** Where a map lies, in units. */
interface Panel {
  readonly map: BitMap;
  readonly range: ColourRange;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** A PNG file with the maps, all of one image, side by side. */
export async function heatmapPicture(maps: readonly BitMap[]): Promise<Uint8Array> {
  const { width, height } = maps[0];
  const unit = Math.max(1, Math.round(Math.max(width, height) / USUAL_SIDE));
  const magnified = Math.max(1, Math.floor(LEAST_SIDE / Math.max(width, height)));
  const panels = placed(maps, magnified / unit);
  const svg = await new View(parse(drawing(panels)), { renderer: 'none' }).toSVG(unit);
  const sharp = await loadSharp();
  const size = { width: magnified * width, height: magnified * height };
  const layers = await Promise.all(
    panels.map(async ({ map, range, left }) => ({
      input: await sharp(paint(map, range), { raw: { width, height, channels: 3 } })
        .resize({ ...size, kernel: 'nearest' })
        .raw()
        .toBuffer(),
      ...{ raw: { ...size, channels: 3 as const }, left: unit * left, top: unit * (MARGIN + HEAD) },
    })),
  );
  return sharp(Buffer.from(svg)).composite(layers).removeAlpha().png().toBuffer();
}

function placed(maps: readonly BitMap[], scale: number): Panel[] {
  let left = MARGIN;
  return maps.map((map) => {
    const panel = { map, range: rangeOf(map), left, width: scale * map.width, height: scale * map.height };
    left = rightOf(panel) + MARGIN;
    return panel;
  });
}

function rightOf({ left, width }: Panel): number {
  return left + Math.ceil(Math.max(width + GAP + LEGEND, LEAST_WIDTH));
}

function drawing(panels: readonly Panel[]): Spec {
  const top = MARGIN + HEAD;
  const length = Math.max(LEAST_LEGEND, panels[0].height);
  return {
    width: rightOf(panels[panels.length - 1]) + MARGIN,
    height: top + Math.ceil(length) + MARGIN,
    padding: 0,
    autosize: 'none',
    background: 'white',
    scales: panels.map(({ range }, index) => scaleOf(`bits${index}`, range)),
    legends: panels.map(({ range, left, width }, index) =>
      legendOf(range, {
        ...{ name: `bits${index}`, x: left + width + GAP, y: top, length, direction: 'vertical' },
      }),
    ),
    marks: panels.flatMap(({ map, left }) => [
      text(map.title, left, MARGIN + 14, { fontSize: 14, fontWeight: 'bold' }),
      text(map.note, left, MARGIN + 32, { fontSize: 11, fontWeight: 'normal' }),
    ]),
  };
}

function text(
  words: string,
  x: number,
  y: number,
  { fontSize, fontWeight }: { readonly fontSize: number; readonly fontWeight: 'bold' | 'normal' },
): TextMark {
  return {
    type: 'text',
    encode: {
      enter: {
        ...{ text: { value: words }, x: { value: x }, y: { value: y }, fill: { value: 'black' } },
        ...{ fontSize: { value: fontSize }, fontWeight: { value: fontWeight } },
      },
    },
  };
}
