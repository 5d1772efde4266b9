// The small network with a linear skip: outputs and gradients against plain arithmetic in f64, and steps that learn.

import { describe, expect, it } from 'vitest';
import { Constants } from '../../../codec/kernel/layouts.ts';
import { floats, type KernelRecord, plan } from '../../../codec/kernel/records.ts';
import { stepsFields } from '../../../codec/planes/online/job.ts';
import { freshArena, kernel, randomNumbers } from '../kernel/fixture.ts';

const { BATCH, OUTPUTS } = Constants['network/steps'];
const { LINEAR } = Constants['network/skip-learner'];
const { exports, memory } = kernel;
const RATE = 0.001;

const random = randomNumbers(5);
const uniform = () => Math.fround(2 * random() - 1);

/** A learner of random parameters and a batch of inputs. */
function example(inputs: number, units: number) {
  const arena = freshArena();
  const row = LINEAR + units;
  const size = (inputs + 1) * row + (units + 1) * OUTPUTS;
  const record: KernelRecord<'SkipLearner'> = arena.lay(
    plan('SkipLearner', {
      ...stepsFields(inputs, size, RATE, 'learn'),
      units,
      ...{ h: floats(BATCH * row), d: floats(BATCH * row), transposed: floats(units * OUTPUTS) },
    }),
  );
  // The memory is that of the test before.
  record.set('seen', 0);
  const outputs = arena.allocate(4 * OUTPUTS);
  const offsets = Float32Array.from({ length: OUTPUTS }, uniform);
  const offsetsAt = arena.place(offsets);
  const parameters = record.floats('parameters', size);
  for (let i = 0; i < size; i++) parameters[i] = 0.3 * uniform();
  record.floats('preconditioner', size).fill(1);
  const samples = Array.from({ length: BATCH }, () => Float32Array.from({ length: inputs }, uniform));
  /** Outputs for the sample, which is the next one of the batch. */
  const forward = (sample: number): Float32Array => {
    record.set('filled', sample);
    record.floats('x', BATCH * inputs).set(samples[sample], sample * inputs);
    exports.skipLearnerForward(record.address, outputs, offsetsAt);
    return new Float32Array(memory.buffer, outputs, OUTPUTS).slice();
  };
  return { record, size, parameters, samples, offsets, forward };
}

/** The outputs in f64. */
function reference(p: ArrayLike<number>, x: ArrayLike<number>, units: number): number[] {
  const row = LINEAR + units;
  const first = Array.from({ length: row }, (_, j) => {
    let sum = p[x.length * row + j];
    for (let i = 0; i < x.length; i++) sum += x[i] * p[i * row + j];
    return j < LINEAR ? sum : Math.max(sum, sum / 10);
  });
  const from = (x.length + 1) * row;
  const skips = [0, 0, 0, 0, 1, 1, 1, 1, 2, 3];
  return Array.from({ length: OUTPUTS }, (_, k) => {
    let sum = p[from + units * OUTPUTS + k] + (k < skips.length ? first[skips[k]] : 0);
    for (let i = 0; i < units; i++) sum += first[LINEAR + i] * p[from + i * OUTPUTS + k];
    return sum;
  });
}

describe.each([
  [52, 8],
  [36, 16],
  [60, 24],
])('the network of %d inputs and %d units', (inputs, units) => {
  it('computes its outputs', () => {
    const { parameters, samples, offsets, forward } = example(inputs, units);
    samples.forEach((x, sample) => {
      const expected = reference(parameters, x, units);
      forward(sample).forEach((output, k) => {
        expect(Math.abs(output - offsets[k] - expected[k])).toBeLessThan(1e-5);
      });
    });
  });

  it('has the gradient that finite differences give', () => {
    const { record, size, parameters, samples, forward } = example(inputs, units);
    const targets = samples.map(() => Float32Array.from({ length: OUTPUTS }, () => uniform() / BATCH));
    samples.forEach((_, sample) => {
      forward(sample);
    });
    record.floats('outputGradients', BATCH * OUTPUTS).set(targets.flatMap((target) => [...target]));
    exports.skipLearnerBackward(record.address);
    const direction = record.floats('direction', size);
    const p = Float64Array.from(parameters);
    const loss = () =>
      samples.reduce(
        (sum, x, s) => sum + reference(p, x, units).reduce((t, o, k) => t + o * targets[s][k], 0),
        0,
      );
    for (let draw = 0; draw < 60; draw++) {
      const i = draw < 40 ? Math.floor(random() * size) : size - 1 - draw;
      const kept = p[i];
      p[i] = kept + 1e-6;
      const above = loss();
      p[i] = kept - 1e-6;
      const below = loss();
      p[i] = kept;
      expect(Math.abs(direction[i] - (above - below) / 2e-6)).toBeLessThan(2e-5);
    }
  });

  it('steps against the gradient with each full batch', () => {
    const { record, size, parameters, samples, forward } = example(inputs, units);
    const before = parameters.slice();
    samples.forEach((_, sample) => {
      expect(parameters).toEqual(before);
      forward(sample);
      record
        .floats('outputGradients', BATCH * OUTPUTS)
        .fill(0.1 / BATCH, OUTPUTS * sample, OUTPUTS * (sample + 1));
      exports.skipLearnerLearn(record.address);
    });
    expect(record.get('filled')).toBe(0);
    const direction = record.floats('direction', size);
    const rms = Math.sqrt(direction.reduce((sum, d) => sum + d * d, 0) / size);
    expect(rms).toBeGreaterThan(0);
    const rate = RATE * (1 + 1.5 / (1 + BATCH / 1000)) * Math.min(1, 1.5 / rms);
    parameters.forEach((value, i) => {
      expect(Math.abs(before[i] - value - rate * direction[i])).toBeLessThan(1e-6);
    });
  });
});
