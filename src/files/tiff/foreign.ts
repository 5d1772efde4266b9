// What a TIFF file says that PNG chunks say, too: profile, XMP, and resolution.
import type { ForeignMetadata } from '../png/foreign-metadata.ts';
import {
  BYTE,
  bytesOf,
  type Directory,
  type Entry,
  entryOf,
  numberOf,
  RATIONAL,
  TAG,
  UNDEFINED,
  viewOf,
} from './directory.ts';

export function foreignOf(directory: Directory): ForeignMetadata {
  const [icc, xmp] = foreignEntries(directory).map((entry) => entry && bytesOf(directory, entry));
  return { icc, xmp, density: densityOf(directory) };
}

/** The entries of profile and XMP. */
export function foreignEntries(directory: Directory): (Entry | undefined)[] {
  return [TAG.profile, TAG.xmp].map((tag) => {
    const entry = entryOf(directory, tag);
    return entry && [BYTE, UNDEFINED].includes(entry.type) && entry.count > 0 ? entry : undefined;
  });
}

/** Dots an inch, the same both ways, that come back from a PNG file's whole dots a metre; undefined for others. */
function densityOf(directory: Directory): number | undefined {
  const [x, y] = [TAG.xResolution, TAG.yResolution].map((tag) => entryOf(directory, tag));
  const unit = numberOf(directory, TAG.resolutionUnit, 2);
  if (x?.type !== RATIONAL || y?.type !== RATIONAL || !x.count || !y.count || (unit !== 2 && unit !== 3))
    return undefined;
  const [across, down] = [x, y].map((entry) => {
    const view = viewOf(bytesOf(directory, entry));
    return view.getUint32(0, directory.littleEndian) / view.getUint32(4, directory.littleEndian);
  });
  const density = across * (unit === 2 ? 1 : 2.54);
  return across === down && density > 0 && comesBack(density) ? density : undefined;
}

/** Whether whole dots a metre tell the dots an inch, to the last digit or because these are whole, too. */
function comesBack(density: number): boolean {
  const back = Math.round(density / 0.0254) * 0.0254;
  return (
    Math.abs(back - density) < 1e-6 * density || (Number.isInteger(density) && Math.round(back) === density)
  );
}
