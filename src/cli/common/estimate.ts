// How long images take on a usual machine, before anything has been measured, by the first bytes of their files.
import { colourShape } from '../../../codec/pixels/alpha.ts';
import { MAX_SAMPLES, type Shape, sampleCount } from '../../../codec/pixels/pixels.ts';
import { plainModel } from '../../../codec/plain/family.ts';
import type { Header } from '../../../container/container.ts';
import { type Direction, type Model, memoryNeeded, type Region, type Rows } from '../../../library/index.ts';
import { DEFAULT_EFFORT, SHIPPED, shippedModel } from '../../../models/catalogue.ts';
import { chooseModel, findModel, findModelById } from '../../../models/models.ts';
import { MAX_FILE_PIXELS } from '../../files/common/sharp.ts';
import type { Task } from './workload.ts';

/** PNG and WebP at sharp's highest effort, together. */
export const OTHER_CODECS_MPX_PER_SECOND = 0.5;

/** What is not coded by a trained model: read, and filtered and deflated, or kept. */
const WITHOUT_MODEL = [20, 20] as const;

/** What a model counts as that does not ship: the first that is chosen where nothing else is asked for. */
const USUAL = SHIPPED.find(
  ({ efforts }) => efforts && efforts[0] <= DEFAULT_EFFORT && DEFAULT_EFFORT <= efforts[1],
);

/** How images are coded. */
export interface Coding {
  readonly effort: number;
  readonly model?: string | undefined;
}

/**
 * The task of an image to encode; null for null, a shape that is not known before the file is read, or of what is kept
 * as it is, and for more than is coded. `phases` are the seconds of each phase, given the Mpx and how many of them are
 * encoded, and likewise decoded, a second.
 */
export async function encodingTask(
  shape: Shape | null,
  { effort, model }: Coding,
  phases: (mpx: number, mpxPerSecond: number) => readonly number[],
  direction: Direction = 'encode',
): Promise<Task | null> {
  if (!shape || shape.width * shape.height > MAX_FILE_PIXELS || sampleCount(shape) > MAX_SAMPLES) return null;
  const coder =
    model === undefined ? (await chooseModel(colourShape(shape), effort))?.model : await findModel(model);
  const task = timesOf(shape, coder?.name ?? null, phases);
  const by = coder ?? plainModel;
  const memory = memoryNeeded(shape, by, direction);
  return { ...task, memory, ...atOnce(by, shape, direction, groupRowsOf(by, shape)) };
}

/**
 * The task of a .vz file of so many bytes to decode, or of a region of it, of one phase; null for kept files, and
 * without the model.
 */
export async function decodingTask(header: Header, fileBytes: number, region?: Region): Promise<Task | null> {
  if (header.kind === 'kept') return null;
  const { shape, modelId } = header;
  const model = await findModelById(modelId).catch(() => null);
  if (!model) return null;
  const groups = groupRowsOf(model, shape).filter(
    ({ from, to }) => !region || (from < region.y + region.height && to > region.y),
  );
  const rows = groups.reduce((sum, { from, to }) => sum + to - from, 0);
  const part = rows / shape.height;
  const name = model === plainModel ? null : model.name;
  const times = timesOf(shape, name, (mpx, speed) => [(part * mpx) / speed]);
  const memory = memoryNeeded(shape, model, 'decode', Math.ceil(part * fileBytes), rows);
  return { ...times, memory, ...atOnce(model, shape, 'decode', groups) };
}

/** The rows of each group. */
function groupRowsOf(model: Model, shape: Shape): readonly Rows[] {
  return model.groupRows?.(colourShape(shape)) ?? [{ from: 0, to: shape.height }];
}

/** The groups that can be worked on at once, and what each but the first takes. */
function atOnce(
  model: Model,
  shape: Shape,
  direction: Direction,
  { length: groups }: readonly Rows[],
): Pick<Task, 'groups' | 'groupMemory'> {
  return { groups, groupMemory: groups > 1 ? model.memory(colourShape(shape), direction, 0) : 0 };
}

/** `model` is the name of one, null for images that no trained one codes. */
function timesOf(
  { images, width, height }: Shape,
  model: string | null,
  phases: (mpx: number, mpxPerSecond: number) => readonly number[],
): Pick<Task, 'pixels' | 'phases' | 'gain'> {
  const { speed } = (model === null ? null : (shippedModel(model) ?? USUAL)) ?? { speed: WITHOUT_MODEL };
  const [oneThread, moreThreads] = speed;
  const pixels = images * width * height;
  return { pixels, phases: phases(pixels / 1e6, oneThread), gain: moreThreads / oneThread };
}
