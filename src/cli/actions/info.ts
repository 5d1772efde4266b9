// The work of the command `info`: prints the headers of .vz files.
import { basename } from 'node:path';
import { restoredName } from '../../../container/names.ts';
import { type Inspection, inspect } from '../../../library/index.ts';
import type { KnownModel } from '../../../models/models.ts';
import { readPngMetadata } from '../../files/png-metadata.ts';
import { formatBits, formatBytes } from '../../text/format.ts';
import { attempt } from '../common/failures.ts';
import { readInput } from '../common/inputs.ts';
import { knownModel, shownModel } from '../common/models.ts';

export interface InfoArguments {
  files: string[];
  json: boolean;
}

export async function describeFiles({ files, json }: InfoArguments): Promise<void> {
  for (const file of files) await attempt(file, () => describeFile(file, json));
}

async function describeFile(file: string, json: boolean): Promise<void> {
  const inspection = await inspect(await readInput(file, 'info takes .vz files'));
  const { metadata, modelId, name: stored, reason, ...facts } = inspection;
  const name = nameOf(file, inspection);
  const known = modelId === null ? null : await knownModel(modelId);
  const chunks = metadata.kind === 'png' ? readPngMetadata(metadata.data).map(({ type }) => type) : [];
  const model =
    modelId === null ? null : { name: known?.name ?? null, id: modelId, efforts: known?.efforts ?? null };
  const lines = json
    ? [
        JSON.stringify({
          ...{ file, ...facts, name: stored && name, reason, model },
          metadata: { kind: metadata.kind, chunks },
        }),
      ]
    : describe(file, inspection, known, chunks, stored && name);
  process.stdout.write(`${lines.join('\n')}\n`);
}

function describe(
  file: string,
  inspection: Inspection,
  known: KnownModel | null,
  chunks: readonly string[],
  name: string | null,
): string[] {
  const { dims, kind, modelId, bytes, reason, format, changes } = inspection;
  const model = known ? shownModel(known.name, known.efforts) : 'that is not here';
  const holds = {
    image: `pixels, coded by the model ${model}`,
    kept: `the file as it was: ${reason?.text}`,
  };
  const rows = [
    ['image', dims === 0 ? 'of a size that was not read' : describeShape(inspection)],
    ['holds', holds[kind]],
    ...(name === null ? [] : [['name', name]]),
    ...(format === null ? [] : [['format', format]]),
    ...(changes.length > 0 ? [['changes', changes.join(', ')]] : []),
    ['size', `${formatBytes(bytes)}, ${formatBits(dims === 0 ? null : (bytes * 8) / dims)} bits/dim`],
    ...(modelId ? [['model id', modelId]] : []),
    ['metadata', chunks.join(', ') || (inspection.metadata.kind === 'idx' ? 'idx file' : 'none')],
    ...(kind === 'image' ? [['groups', inspection.groups.map(formatBytes).join(', ')]] : []),
    ['version', `${inspection.version}`],
  ];
  return [file, ...rows.map(([title, text]) => `  ${title.padEnd(8)}  ${text}`)];
}

function describeShape({ width, height, images, channels, bitDepth }: Inspection): string {
  const colours = ['', 'grey', 'grey and alpha', 'RGB', 'RGB and alpha'][channels] ?? `${channels} channels`;
  return `${images > 1 ? `${images} times ` : ''}${width} x ${height}, ${colours}, ${bitDepth} bits`;
}

/** The input file's name as far as the file says it. */
function nameOf(file: string, { name, metadata }: Inspection): string {
  const ending = metadata.kind === 'idx' ? '.idx' : '.png';
  return Buffer.from(restoredName(Buffer.from(basename(file)), name, ending)).toString();
}
