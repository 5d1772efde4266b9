// Adam's steps by hand (Kingma and Ba 2015, algorithm 1: beta1 0.9, beta2 0.999, epsilon 1e-8).
import { describe, expect, it } from 'vitest';
import { Adam, learningRateShare } from '../../../src/train/tensorflow/adam.ts';

describe('Adam', () => {
  it('takes the steps of the paper', () => {
    const adam = new Adam(1);
    const parameters = Float32Array.of(1);
    adam.update(parameters, Float32Array.of(0.5), 0, 0.1, 100);
    // m = 0.05, v = 0.00025, without bias 0.5 and 0.25: a step of 0.1 * 0.5 / 0.5.
    expect(adam.first[0]).toBeCloseTo(0.05, 8);
    expect(adam.second[0]).toBeCloseTo(0.00025, 9);
    expect(parameters[0]).toBeCloseTo(0.9, 6);

    adam.update(parameters, Float32Array.of(-0.25), 1, 0.1, 100);
    // m = 0.9 * 0.05 - 0.1 * 0.25 = 0.02, v = 0.999 * 0.00025 + 0.001 * 0.0625 = 0.00031225;
    // without bias 0.02 / 0.19 = 0.105263 and 0.00031225 / 0.001999 = 0.156203: a step of 0.1 * 0.105263 / 0.395225.
    expect(adam.first[0]).toBeCloseTo(0.02, 8);
    expect(adam.second[0]).toBeCloseTo(0.00031225, 9);
    expect(parameters[0]).toBeCloseTo(0.9 - 0.0266337, 6);

    adam.update(parameters, Float32Array.of(0), 2, 0.1, 100);
    // m = 0.018, v = 0.00031193775; 0.018 / 0.271 = 0.0664207, 0.00031193775 / 0.002997001 = 0.104083: 0.322619.
    expect(parameters[0]).toBeCloseTo(0.9 - 0.0266337 - 0.020588, 6);
  });

  it('scales a long gradient down to the norm given, and leaves a short one', () => {
    const [long, short, scaled] = [new Adam(2), new Adam(2), new Adam(2)];
    const step = (adam: Adam, ...gradient: number[]) =>
      adam.update(new Float32Array(2), Float32Array.from(gradient), 0, 0.1, 1);
    step(long, 30, 40);
    step(scaled, 0.6, 0.8);
    step(short, 0.3, 0.4);
    expect(long.first[0]).toBeCloseTo(scaled.first[0], 7);
    expect(long.second[1]).toBeCloseTo(scaled.second[1], 9);
    expect(short.first[1]).toBeCloseTo(0.04, 8);
  });

  it('divides by no zero', () => {
    const parameters = Float32Array.of(3);
    new Adam(1).update(parameters, Float32Array.of(0), 0, 0.1, 1);
    expect(parameters[0]).toBe(3);
  });
});

describe('the learning rate', () => {
  it('rises in 200 steps and falls by half a cosine', () => {
    expect(learningRateShare(0, 10_000)).toBeCloseTo(1 / 200, 6);
    expect(learningRateShare(99, 10_000)).toBeCloseTo(0.5 * (100 / 100), 3);
    expect(learningRateShare(2500, 10_000)).toBeCloseTo(0.5 * (1 + Math.SQRT1_2), 6);
    expect(learningRateShare(5000, 10_000)).toBeCloseTo(0.5, 6);
    expect(learningRateShare(9999, 10_000)).toBeLessThan(1e-6);
  });

  it('rises within a tenth of a short run', () => {
    expect(learningRateShare(0, 10)).toBeCloseTo(0.5, 6);
    expect(learningRateShare(1, 10)).toBeCloseTo(0.5 * (1 + Math.cos(Math.PI / 10)), 6);
  });
});
