// The work of the command `info`: prints the headers of .vz files.
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
  const { metadata, modelId, ...facts } = inspection;
  const known = modelId === null ? null : await knownModel(modelId);
  const chunks = metadata.kind === 'png' ? readPngMetadata(metadata.data).map(({ type }) => type) : [];
  const model =
    modelId === null ? null : { name: known?.name ?? null, id: modelId, efforts: known?.efforts ?? null };
  const lines = json
    ? [JSON.stringify({ file, ...facts, model, metadata: { kind: metadata.kind, chunks } })]
    : describe(file, inspection, known, chunks);
  process.stdout.write(`${lines.join('\n')}\n`);
}

function describe(
  file: string,
  inspection: Inspection,
  known: KnownModel | null,
  chunks: readonly string[],
): string[] {
  const { width, height, images, channels, bitDepth, dims, kind, modelId, extension, bytes } = inspection;
  const colours = ['', 'grey', 'grey and alpha', 'RGB', 'RGB and alpha'][channels] ?? `${channels} channels`;
  const model = known ? shownModel(known.name, known.efforts) : 'that is not here';
  const holds = {
    image: `pixels, coded by the model ${model}`,
    kept: `the ${extension || 'original'} file as it was`,
  };
  const rows = [
    ['image', `${images > 1 ? `${images} times ` : ''}${width} x ${height}, ${colours}, ${bitDepth} bits`],
    ['holds', holds[kind]],
    ['size', `${formatBytes(bytes)}, ${formatBits((bytes * 8) / dims)} bits/dim`],
    ...(modelId ? [['model id', modelId]] : []),
    ['metadata', chunks.join(', ') || (inspection.metadata.kind === 'idx' ? 'idx file' : 'none')],
    ...(kind === 'image' ? [['groups', inspection.groups.map(formatBytes).join(', ')]] : []),
    ['format', `version ${inspection.version}`],
  ];
  return [file, ...rows.map(([title, text]) => `  ${title.padEnd(8)}  ${text}`)];
}
