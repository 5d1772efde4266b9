// Prints the headers of .vz files.
import { type Inspection, inspect } from '../../codec/index.ts';
import { nameOfModel } from '../../models/registry.ts';
import { readPngMetadata } from '../image/png-metadata.ts';
import { formatBits, formatBytes } from '../report/format.ts';
import { forEachName } from './failures.ts';
import { readInput } from './output-file.ts';

export async function describeFiles(files: readonly string[], json: boolean): Promise<void> {
  await forEachName(files, async (file) => {
    const inspection = await inspect(await readInput(file, 'info takes .vz files'));
    const modelName = await shownName(inspection.modelId);
    const { metadata, modelId, ...facts } = inspection;
    const chunks = metadata.kind === 'png' ? readPngMetadata(metadata.data).map(({ type }) => type) : [];
    const model = modelId && { name: modelName, id: modelId };
    const lines = json
      ? [JSON.stringify({ file, ...facts, model, metadata: { kind: metadata.kind, chunks } })]
      : describe(file, inspection, modelName, chunks);
    process.stdout.write(`${lines.join('\n')}\n`);
  });
}

function describe(
  file: string,
  inspection: Inspection,
  modelName: string | null,
  chunks: readonly string[],
): string[] {
  const { width, height, images, channels, bitDepth, dims, method, modelId, extension, bytes } = inspection;
  const colours = ['', 'grey', 'grey and alpha', 'RGB', 'RGB and alpha'][channels] ?? `${channels} channels`;
  const holds = {
    model: `pixels, coded by the model ${modelName ?? 'that is not here'} (${modelId})`,
    deflate: 'pixels, deflated',
    stored: `the ${extension || 'original'} file as it was`,
  };
  const rows = [
    ['image', `${images > 1 ? `${images} times ` : ''}${width} x ${height}, ${colours}, ${bitDepth} bits`],
    ['holds', holds[method]],
    ['size', `${formatBytes(bytes)}, ${formatBits((bytes * 8) / dims)} bits/dim`],
    ['metadata', chunks.join(', ') || (inspection.metadata.kind === 'idx' ? 'idx file' : 'none')],
    ['streams', inspection.streams.map(formatBytes).join(', ')],
    ['format', `version ${inspection.version}`],
  ];
  return [file, ...rows.map(([title, text]) => `  ${title.padEnd(8)}  ${text}`)];
}

/** The model's name, for show: what is wrong with the models' folders is not told here. */
async function shownName(id: string | null): Promise<string | null> {
  return id && nameOfModel(id).catch(() => null);
}
