// The work that inputs mean, by the first bytes of each file: how many pixels, and about how long each phase takes.

import { colourShape } from '../../../codec/pixels/alpha.ts';
import { MAX_HEADER_BYTES, peekHeader } from '../../../container/container.ts';
import type { Shape } from '../../../library/index.ts';
import { modelsFor } from '../../../models/choose.ts';
import { peekShape, readStart } from '../../files/peek-shape.ts';
import { nominalSpeed } from './nominal-speed.ts';
import { STANDARD_STREAM } from './output-file.ts';
import { knownModel } from './show-model.ts';
import type { Task } from './workload.ts';

export interface TaskOptions {
  readonly effort: number;
  readonly model?: string;
  readonly threads?: number;
  /** Seconds of each phase, given the Mpx and how many of them are encoded, and likewise decoded, a second. */
  readonly phases: (mpx: number, mpxPerSecond: number) => readonly number[];
}

/** The tasks of images to encode; none for stdin and for what is kept as it is. */
export async function encodingTasks(
  inputs: readonly string[],
  { effort, model, threads, phases }: TaskOptions,
): Promise<Map<string, Task>> {
  const modelOf = async (shape: Shape) =>
    model ?? (await modelsFor(colourShape(shape), effort))[0]?.name ?? null;
  return tasksOf(inputs, async (input) => {
    const shape = await peekShape(input);
    if (!shape) return null;
    const pixels = shape.images * shape.width * shape.height;
    return { pixels, phases: phases(pixels / 1e6, nominalSpeed(await modelOf(shape), threads)) };
  });
}

/** The tasks of .vz files to decode, of one phase each; none for stdin and for stored files. */
export async function decodingTasks(inputs: readonly string[], threads?: number): Promise<Map<string, Task>> {
  return tasksOf(inputs, async (input) => {
    const start = await readStart(input, MAX_HEADER_BYTES);
    const { method, shape, modelId } = peekHeader(start);
    if (method === 'stored') return null;
    const model = method === 'model' ? ((await knownModel(modelId))?.name ?? '') : null;
    const pixels = shape.images * shape.width * shape.height;
    return { pixels, phases: [pixels / 1e6 / nominalSpeed(model, threads)] };
  });
}

/** What cannot be read has no task: it is told when its turn comes. */
async function tasksOf(
  inputs: readonly string[],
  taskOf: (input: string) => Promise<Task | null>,
): Promise<Map<string, Task>> {
  const tasks = new Map<string, Task>();
  for (const input of inputs) {
    const task = input === STANDARD_STREAM ? null : await taskOf(input).catch(() => null);
    if (task) tasks.set(input, task);
  }
  return tasks;
}
