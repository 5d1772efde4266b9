// Pictures within plots: levels become PNG, PNG becomes the mark of a cell in a grid.

import sharp from 'sharp';
import type { Plot } from './claim.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Of each pixel, row by row, one level (grey) or three (red, green, blue). */
  readonly levels: Uint8Array;
}

/** A PNG as a data URI. */
export async function pictureUri({ width, height, levels }: Picture): Promise<string> {
  const channels = levels.length === width * height ? 1 : 3;
  const png = await sharp(levels, { raw: { width, height, channels } }).png().toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}

export interface PictureGrid {
  readonly title: string;
  /** One label a row, one a column; '' for none. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Row by row. */
  readonly pictures: readonly Picture[];
  /** Size of a cell on the page. */
  readonly cell: { readonly width: number; readonly height: number };
}

/** All pictures of the grid, with labels at its left and top. */
export async function pictureGrid({ title, rows, columns, pictures, cell }: PictureGrid): Promise<Plot> {
  const values = await Promise.all(
    pictures.map(async (picture, i) => ({
      row: Math.floor(i / columns.length),
      column: i % columns.length,
      url: await pictureUri(picture),
    })),
  );
  const scale = (labels: readonly string[]) => ({
    type: 'band',
    domain: labels.map((_, i) => i),
    padding: 0.04,
  });
  const labelled = (labels: readonly string[], orient: string) =>
    labels.every((label) => label === '')
      ? null
      : {
          orient,
          title: null,
          domain: false,
          ticks: false,
          labelAngle: 0,
          labelExpr: `${JSON.stringify(labels)}[datum.value]`,
        };
  return {
    title,
    width: cell.width * columns.length,
    height: cell.height * rows.length,
    view: { stroke: null },
    data: { values },
    mark: {
      type: 'image',
      aspect: false,
      aria: false,
      width: 0.96 * cell.width,
      height: 0.96 * cell.height,
    },
    encoding: {
      x: { field: 'column', type: 'ordinal', scale: scale(columns), axis: labelled(columns, 'top') },
      y: { field: 'row', type: 'ordinal', scale: scale(rows), axis: labelled(rows, 'left') },
      url: { field: 'url', type: 'nominal' },
    },
  };
}
