// The work of the command `info`: prints what .vz files say of themselves, without decoding them.
import { basename } from 'node:path';
import { readHead } from '../../../container/parts.ts';
import { type Inspection, inspectionOfHead } from '../../../library/contents.ts';
import { sourceOfParts } from '../../files/common/file-parts.ts';
import { formatBits, formatBytes, formatChannels } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { type Entry, entryOf } from '../common/entry.ts';
import { factsOf } from '../common/facts.ts';
import { fail } from '../common/failures.ts';
import { STANDARD_STREAM } from '../common/inputs.ts';
import { shownModel } from '../common/models.ts';
import { withFile } from '../common/read-input.ts';
import { print } from '../common/stdout.ts';
import { nameOfResult } from '../common/stored-names.ts';

export interface InfoArguments {
  files: string[];
  json: boolean;
}

export async function describeFiles({ files, json }: InfoArguments): Promise<void> {
  for (const file of files) {
    const entry = await describeFile(file, !json);
    if (json) print(`${JSON.stringify(entry)}\n`);
  }
}

/** What a file says of itself, shown where that is wanted. */
async function describeFile(file: string, shown: boolean): Promise<Entry> {
  try {
    const { head, inspection } = await withFile(file, 'info takes .vz files', async (parts) => {
      const { head, groupBytes } = await readHead(sourceOfParts(parts));
      return { head, inspection: inspectionOfHead(head, parts.size, groupBytes) };
    });
    const output = file === STANDARD_STREAM ? null : nameOfResult(basename(file), head);
    const entry = entryOf(file, { status: 'done', output, ...(await factsOf(inspection)) });
    if (shown) print(`${describe(entry, inspection).join('\n')}\n`);
    return entry;
  } catch (error) {
    const reason = fail(error, file === STANDARD_STREAM ? 'stdin' : file);
    return entryOf(file, { status: 'failed', reason });
  }
}

function describe(entry: Entry, { metadata, modelId, version }: Inspection): string[] {
  const { input, output, kind, reason, inputBytes, dims, model, changes, identical, groups } = entry;
  const { previewBytes } = entry;
  const bytes = inputBytes ?? 0;
  const rate = dims ? `, ${formatBits((bytes * 8) / dims)} bits/dim` : '';
  const coder = model?.name ? shownModel(model.name, model.efforts) : 'that is not here';
  const chunks = entry.metadata?.chunks ?? [];
  const rows = [
    ['image', imageOf(entry)],
    ['holds', kind === 'kept' ? `the file as it was: ${reason}` : `pixels, coded by the model ${coder}`],
    ...(output === null ? [] : [['name', output]]),
    ['gives', identical ? 'the identical file' : 'a file of the same pixels and metadata'],
    ...(changes.length > 0 ? [['changes', changes.join(', ')]] : []),
    ['size', `${formatBytes(bytes)}${rate}`],
    ...(modelId ? [['model id', modelId]] : []),
    ['metadata', chunks.join(', ') || (metadata.kind === 'idx' ? 'idx file' : 'none')],
    ...(previewBytes === null ? [] : [['preview', formatBytes(previewBytes)]]),
    ...(kind === 'image' ? [['groups', groups.map(formatBytes).join(', ')]] : []),
    ['version', String(version)],
  ];
  return [input, ...rows.map(([title, text]) => `  ${title.padEnd(8)}  ${text}`)].map(printable);
}

/** As in '2 times 28 x 28, grey, 8 bits'. */
function imageOf({ width, height, images, channels, bitDepth }: Entry): string {
  if (!width || !height || !channels) return 'of a size that was not read';
  const times = images && images > 1 ? `${images} times ` : '';
  return `${times}${width} x ${height}, ${formatChannels(channels)}, ${bitDepth} bits`;
}
