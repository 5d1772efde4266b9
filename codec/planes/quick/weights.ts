// What defines a model of the quick family: its sizes, from the metadata of the weights' file, and each plane's
// weights.

import { Constants } from '../../kernel/layouts.ts';
import type { Safetensors } from '../../network/safetensors.ts';
import type { OnlineWeights } from '../online/job.ts';
import { originOfTensors } from '../online/origin.ts';
import { damaged, numbersOf, planesOfMetadata, planesOfTensors, type Shapes } from '../weights.ts';

const { OWN_FEATURES, CODED_FEATURES, LATER_FEATURES } = Constants['planes/quick/features'];
const { LINEAR } = Constants['network/skip-learner'];
const { OUTPUTS } = Constants['network/steps'];
const MAX_UNITS = 64;
const MAX_RATE = 1;

export interface QuickArchitecture {
  /** 1 (grey) or 3. */
  readonly planes: 1 | 3;
  /** Of the hidden layer, a multiple of 4, at least 8. */
  readonly units: number;
  /** Rate of the steps in the long run. */
  readonly rate: number;
}

export type QuickWeights = OnlineWeights<QuickArchitecture>;

/** Inputs of a plane's network. */
export function featureCount({ planes }: QuickArchitecture, plane: number): number {
  return OWN_FEATURES + (planes === 1 ? 0 : plane * CODED_FEATURES + (2 - plane) * LATER_FEATURES);
}

/** Shapes of all planes' parameters. */
export function shapesOf(architecture: QuickArchitecture): Shapes[] {
  const { planes, units } = architecture;
  return Array.from({ length: planes }, (_, plane) => ({
    'layer1.weights': [featureCount(architecture, plane), LINEAR + units],
    'layer1.bias': [LINEAR + units],
    'layer2.weights': [units, OUTPUTS],
    'layer2.bias': [OUTPUTS],
  }));
}

/** The metadata of a weights' file that tell its sizes. */
export function metadataOf({ planes, units, rate }: QuickArchitecture): Record<string, string> {
  return { planes: String(planes), units: String(units), rate: String(rate) };
}

/** The model in a weights' file. Throws VaezipError 'bad-file' for what is none. */
export function readWeights({ tensors, metadata }: Safetensors): QuickWeights {
  const [units] = numbersOf(metadata, 'units', 1, MAX_UNITS);
  if (units % 4 !== 0 || units < 8) throw damaged(`the hidden layer has ${units} units`);
  const [rate] = numbersOf(metadata, 'rate', 1, MAX_RATE);
  const architecture: QuickArchitecture = { planes: planesOfMetadata(metadata), units, rate };
  const shapes = shapesOf(architecture);
  return { architecture, planes: planesOfTensors(shapes, tensors), origin: originOfTensors(shapes, tensors) };
}
