// Names of inputs and of .vz files, and what is stored of one where the other does not tell it (container/names.ts).
import { basename } from 'node:path';
import type { Description, Header } from '../../../container/container.ts';
import { restoredName, storedName } from '../../../container/names.ts';
import type { SourceForm } from '../../../container/source-form.ts';
import type { SourceImage } from '../../files/read-image.ts';
import { STANDARD_STREAM } from './inputs.ts';
import { isWrittenInto, type Owner } from './output-names.ts';
import { bytesOfName, nameOfBytes } from './path-names.ts';

/** What the name of a result ends in where nothing else is stored: by the form of the source, but for PNG and idx. */
const ENDINGS: Readonly<Record<string, string>> = {
  tiff: '.tif',
  webp: '.webp',
  pam: '.pam',
  bmp: '.bmp',
  gif: '.gif',
};

/** Reserved by Windows, whatever follows the dot. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;
/** What Windows takes no name with. */
const UNUSABLE = /[<>:"|?*]|\p{Cc}|[. ]$/gu;

/** What a .vz file is to store of its input's name, where it keeps the file and where it holds its pixels. */
export function storedNames(input: string, output: string, source: SourceImage) {
  const { extension, metadata, form, shape } = source;
  const ending = endingOfImage(metadata.kind === 'idx', form, shape);
  return {
    kept: storedNameOf(input, output, '.png', `.${extension}`),
    image: storedNameOf(unzipped(input, ending), output, ending, ending),
  };
}

/** Of stdin there is no name, only the ending that such files usually have. */
function storedNameOf(input: string, output: string, ending: string, usual: string): Uint8Array | null {
  const name = input === STANDARD_STREAM ? null : basename(input);
  if (name !== null && output !== STANDARD_STREAM && !isWrittenInto(output))
    return storedName(bytesOfName(name), bytesOfName(basename(output)), ending);
  // The .vz file has no name yet: only what follows its stem can be told.
  const follows = name === null ? usual : name.slice(stemOf(name).length);
  return follows === ending ? null : bytesOfName(`/${follows}`);
}

/** The name of what a .vz file holds. */
export function nameOfResult(vzName: string, header: Header): string {
  const name = restored(vzName, header);
  return process.platform === 'win32' ? name.replace(UNUSABLE, '_').replace(RESERVED, '_$1') : name;
}

/** Whose result a file with such a header is: the input's, if that is the name that comes back. */
export function ownerOf(input: string, output: string, header: Header): Owner {
  try {
    const name = unzipped(basename(input), endingOf(header));
    return restored(basename(output), header) === name ? 'this' : 'other';
  } catch {
    return 'unknown';
  }
}

/** Whether decoding writes an idx file; several images go into one wherever they came from, since PNG holds one. */
export function isIdx(header: Header): boolean {
  return header.kind === 'image' && (header.metadataKind === 'idx' || header.shape.images > 1);
}

function restored(vzName: string, header: Header): string {
  return nameOfBytes(restoredName(bytesOfName(vzName), header.name, endingOf(header)));
}

function endingOf(header: Header): string {
  return header.kind === 'image' ? endingOfImage(isIdx(header), header.form, header.shape) : '.png';
}

function endingOfImage(
  asIdx: boolean,
  form: SourceForm | null,
  { channels }: Pick<Description, 'channels'>,
): string {
  if (asIdx) return '.idx';
  if (form?.format === 'pnm') return channels === 1 ? '.pgm' : '.ppm';
  return ENDINGS[form?.format ?? ''] ?? '.png';
}

/** A gzipped idx file comes back unpacked. */
function unzipped(name: string, ending: string): string {
  return ending === '.idx' ? name.replace(/\.gz$/i, '') : name;
}

function stemOf(name: string): string {
  return name.replace(/(?!^)\.[^.]*$/, '');
}
