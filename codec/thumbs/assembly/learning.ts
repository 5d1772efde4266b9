// The gradient of an image's code length with respect to the pixels' networks and to what the latents say: what
// training descends. Rows of pixels go through the networks at once; context and mixtures are those of the codec.

import { log2of } from '../../distributions/assembly/elementary';
import { MIXTURE_BYTES, mixtureGradient, mixtureSet } from '../../distributions/assembly/logistic-mixture';
import { networkAddColumns, networkEluGradient, transpose } from '../../network/assembly/gradients';
import { networkElu } from '../../network/assembly/layers';
import { addProduct } from '../../network/assembly/product';
import {
  CENTRES_AT,
  CONTEXT,
  CONTEXT_AT,
  DIFFERENCE,
  FEATURES,
  HIDDEN,
  OUTPUTS,
  openContext,
  openImage,
  openRow,
  pixelAddress,
  placeOf,
  ThumbsChannel,
  ThumbsJob,
  UNIT,
} from './pixels';

/** Pixels of a row at most. */
@inline export const LEARNED_WIDTH: i32 = 32;
/** Context and the earlier channels, as f32 of a pixel. */
@inline const INPUTS: i32 = 24;

@unmanaged
export class ThumbsLearner {
  /** f32 [cells of the grid][2x2][FEATURES]: gradient with respect to the job's `fromLatents`. */
  fromLatents: usize;
  /** Gradients, to which is added: f32, of the shapes of the weights; channels are ThumbsChannel records of them. */
  contextWeight: usize;
  green: usize;
  red: usize;
  blue: usize;
  /** LEARNING_BYTES bytes. */
  scratch: usize;
}

// Scratch: a mixture; centres, inputs and features of a row; a channel's hidden layer and outputs; their gradients; a
// transposed matrix, of activations or of weights.
@inline const ROW_CENTRES_AT: usize = MIXTURE_BYTES;
@inline const INPUTS_AT: usize = ROW_CENTRES_AT + 4 * 4 * 32;
@inline const FEATURES_AT: usize = INPUTS_AT + 4 * 24 * 32;
@inline const HIDDEN_AT: usize = FEATURES_AT + 4 * 32 * 32;
@inline const OUTPUTS_AT: usize = HIDDEN_AT + 4 * 32 * 32;
@inline const OF_FEATURES_AT: usize = OUTPUTS_AT + 4 * 12 * 32;
@inline const OF_HIDDEN_AT: usize = OF_FEATURES_AT + 4 * 32 * 32;
@inline const OF_OUTPUTS_AT: usize = OF_HIDDEN_AT + 4 * 32 * 32;
@inline const TRANSPOSED_AT: usize = OF_OUTPUTS_AT + 4 * 12 * 32;
@inline export const LEARNING_BYTES: usize = TRANSPOSED_AT + 4 * 32 * 32;

@inline
function fill(out: usize, row: usize, columns: i32, rows: i32): void {
  const bytes = (<usize>columns) << 2;
  for (let i: i32 = 0; i < rows; i++) memory.copy(out + <usize>i * bytes, row, bytes);
}

/** Code length of one channel of a row, in nats; its gradients times `share` are added to those that are there. */
function learnChannel(
  job: ThumbsJob,
  learner: ThumbsLearner,
  y: i32,
  channel: usize,
  earlier: i32,
  weightsAt: usize,
  gradientsAt: usize,
  share: f32,
): f64 {
  const width = job.width;
  const weights = changetype<ThumbsChannel>(weightsAt);
  const gradients = changetype<ThumbsChannel>(gradientsAt);
  const scratch = learner.scratch;
  const inputs = scratch + INPUTS_AT;
  const known = inputs + ((<usize>CONTEXT) << 2);
  const inputStep = (<usize>INPUTS) << 2;
  const features = scratch + FEATURES_AT;
  const featureStep = (<usize>FEATURES) << 2;
  const hidden = scratch + HIDDEN_AT;
  const hiddenStep = (<usize>HIDDEN) << 2;
  const outputs = scratch + OUTPUTS_AT;
  const outputStep = (<usize>OUTPUTS) << 2;
  const knownRows = <usize>(FEATURES * HIDDEN * 4);

  fill(hidden, weights.hiddenBias, HIDDEN, width);
  addProduct(hidden, hiddenStep, features, featureStep, width, FEATURES, weights.hiddenWeight, HIDDEN);
  addProduct(hidden, hiddenStep, known, inputStep, width, earlier, weights.hiddenWeight + knownRows, HIDDEN);
  networkElu(hidden, width * HIDDEN);
  fill(outputs, weights.outputBias, OUTPUTS, width);
  addProduct(outputs, outputStep, inputs, inputStep, width, CONTEXT + earlier, weights.directWeight, OUTPUTS);
  addProduct(outputs, outputStep, hidden, hiddenStep, width, HIDDEN, weights.outputWeight, OUTPUTS);

  const ofOutputs = scratch + OF_OUTPUTS_AT;
  let bits: f64 = 0;
  for (let x: i32 = 0; x < width; x++) {
    const at = <usize>x * outputStep;
    const centre = load<f32>(scratch + ROW_CENTRES_AT + ((<usize>x) << 4) + (channel << 2));
    const level = <i32>load<u8>(pixelAddress(job, y, x) + channel);
    mixtureSet(scratch, outputs + at, centre, UNIT);
    bits -= log2of(mixtureGradient(scratch, level, UNIT, share, ofOutputs + at));
  }

  const transposed = scratch + TRANSPOSED_AT;
  const columnStep = (<usize>width) << 2;
  networkAddColumns(gradients.outputBias, ofOutputs, width, OUTPUTS);
  transpose(transposed, hidden, hiddenStep, width, HIDDEN);
  addProduct(gradients.outputWeight, outputStep, transposed, columnStep, HIDDEN, width, ofOutputs, OUTPUTS);
  transpose(transposed, inputs, inputStep, width, CONTEXT + earlier);
  addProduct(
    gradients.directWeight,
    outputStep,
    transposed,
    columnStep,
    CONTEXT + earlier,
    width,
    ofOutputs,
    OUTPUTS,
  );

  const ofHidden = scratch + OF_HIDDEN_AT;
  memory.fill(ofHidden, 0, <usize>width * hiddenStep);
  transpose(transposed, weights.outputWeight, outputStep, HIDDEN, OUTPUTS);
  addProduct(ofHidden, hiddenStep, ofOutputs, outputStep, width, OUTPUTS, transposed, HIDDEN);
  networkEluGradient(ofHidden, hidden, width * HIDDEN);
  networkAddColumns(gradients.hiddenBias, ofHidden, width, HIDDEN);
  transpose(transposed, features, featureStep, width, FEATURES);
  addProduct(gradients.hiddenWeight, hiddenStep, transposed, columnStep, FEATURES, width, ofHidden, HIDDEN);
  transpose(transposed, known, inputStep, width, earlier);
  const ofKnownRows = gradients.hiddenWeight + knownRows;
  addProduct(ofKnownRows, hiddenStep, transposed, columnStep, earlier, width, ofHidden, HIDDEN);
  transpose(transposed, weights.hiddenWeight, hiddenStep, FEATURES, HIDDEN);
  const ofFeatures = scratch + OF_FEATURES_AT;
  addProduct(ofFeatures, featureStep, ofHidden, hiddenStep, width, HIDDEN, transposed, FEATURES);
  return bits;
}

/**
 * -log2 of the probability of the job's image, whose width is LEARNED_WIDTH at most. Leaves its gradient in nats, times
 * `share`, with respect to what the latents say, and adds those with respect to weights.
 */
export function thumbsGradient(address: usize, learnerAddress: usize, share: f32): f64 {
  const job = changetype<ThumbsJob>(address);
  const learner = changetype<ThumbsLearner>(learnerAddress);
  const width = job.width;
  const scratch = learner.scratch;
  const inputs = scratch + INPUTS_AT;
  const features = scratch + FEATURES_AT;
  const ofFeatures = scratch + OF_FEATURES_AT;
  const inputStep = (<usize>INPUTS) << 2;
  const featureStep = (<usize>FEATURES) << 2;
  let bits: f64 = 0;
  openImage(job);
  for (let y: i32 = 0; y < job.height; y++) {
    openRow(job, y);
    for (let x: i32 = 0; x < width; x++) {
      openContext(job, y, x);
      const centres = job.scratch + CENTRES_AT;
      const input = inputs + <usize>x * inputStep;
      memory.copy(input, job.scratch + CONTEXT_AT, (<usize>CONTEXT) << 2);
      v128.store(scratch + ROW_CENTRES_AT + ((<usize>x) << 4), v128.load(centres));
      const pixel = pixelAddress(job, y, x);
      const known = input + ((<usize>CONTEXT) << 2);
      store<f32>(known, (<f32>load<u8>(pixel + 1) - load<f32>(centres, 4)) / DIFFERENCE);
      store<f32>(known, (<f32>load<u8>(pixel) - load<f32>(centres)) / DIFFERENCE, 4);
      memory.copy(features + <usize>x * featureStep, job.fromLatents + placeOf(job, y, x), featureStep);
    }
    addProduct(features, featureStep, inputs, inputStep, width, CONTEXT, job.contextWeight, FEATURES);
    networkElu(features, width * FEATURES);
    memory.fill(ofFeatures, 0, <usize>width * featureStep);
    bits += learnChannel(job, learner, y, 1, 0, job.green, learner.green, share);
    bits += learnChannel(job, learner, y, 0, 1, job.red, learner.red, share);
    bits += learnChannel(job, learner, y, 2, 2, job.blue, learner.blue, share);
    networkEluGradient(ofFeatures, features, width * FEATURES);
    const transposed = scratch + TRANSPOSED_AT;
    transpose(transposed, inputs, inputStep, width, CONTEXT);
    const columnStep = (<usize>width) << 2;
    addProduct(
      learner.contextWeight,
      featureStep,
      transposed,
      columnStep,
      CONTEXT,
      width,
      ofFeatures,
      FEATURES,
    );
    for (let x: i32 = 0; x < width; x++) {
      memory.copy(learner.fromLatents + placeOf(job, y, x), ofFeatures + <usize>x * featureStep, featureStep);
    }
  }
  return bits;
}
