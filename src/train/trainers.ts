// Who trains a preset, by its family: learning models on the codec's own engine, the others on TensorFlow.js. Both are
// loaded when they are needed, as TensorFlow.js takes its time.

import type { Preset } from '../../models/catalogue.ts';
import type { FamilyName } from '../../models/families.ts';
import { withTensorFlow } from './tensorflow/packages.ts';
import type { Trainer } from './training-run.ts';

const onTensorFlow = async () => (await withTensorFlow(() => import('./on-tensorflow.ts'))).trainOnTensorFlow;

const onEngine = async () => (await import('./on-engine.ts')).trainOnEngine;

const onScreens = async () => (await import('./on-screens.ts')).trainOnScreens;

const TRAINERS: Readonly<Record<FamilyName, () => Promise<Trainer>>> = {
  'vaezip-learning': onEngine,
  'vaezip-quick': onEngine,
  'vaezip-screen': onScreens,
  'vaezip-static': onTensorFlow,
  'vaezip-digits': onTensorFlow,
  'vaezip-binary': onTensorFlow,
  'vaezip-thumbs': onTensorFlow,
};

export function loadTrainer({ family }: Preset): Promise<Trainer> {
  return TRAINERS[family]();
}
