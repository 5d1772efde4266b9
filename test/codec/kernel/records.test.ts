// Plans of records: what they say is laid out, and takes as many bytes as they tell.
import { describe, expect, it } from 'vitest';
import { Arena } from '../../../codec/kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../../../codec/kernel/kernel.ts';
import { Layouts } from '../../../codec/kernel/layouts.ts';
import { floats, plan, plannedBytes, room } from '../../../codec/kernel/records.ts';

const small = instantiateKernel(kernelMemory(1 << 16));

const learner = plan('Learner', {
  ...{ inputs: 48, rate: 0.25 },
  parameters: Float32Array.of(1, -2, 3),
  norm: room(16),
});
const plane = plan('LearningPlane', { channel: 2, decayed: -1.5, learner, rows: plan('Rows', {}) });

describe('a plan of records', () => {
  it('is laid out with all that it points to', () => {
    const record = new Arena(small).lay(plane);
    expect(record.get('channel')).toBe(2);
    expect(record.get('decayed')).toBe(-1.5);
    const learns = record.record('learner', 'Learner');
    expect(learns.get('inputs')).toBe(48);
    expect(learns.get('rate')).toBe(0.25);
    expect([...learns.floats('parameters', 3)]).toEqual([1, -2, 3]);
    expect([...learns.floats('norm', 4)]).toEqual([0, 0, 0, 0]);
    // What is not given is nothing.
    expect(learns.get('squares')).toBe(0);
  });

  it('tells the bytes that it takes, in whole cache lines', () => {
    const arena = new Arena(small);
    const begin = arena.allocate(0);
    arena.lay(plane);
    expect(arena.allocate(0) - begin).toBe(plannedBytes(plane));
    expect(plannedBytes(plan('Rows', { samples0: floats(17), scales: room(64), errors0: 5 }))).toBe(
      64 + 128 + 64,
    );
  });

  it('may be changed field by field', () => {
    const record = new Arena(small).lay(plan('Rings', {}));
    record.set('stride', 77);
    record.set('samples', 4_000_000_000);
    expect(record.get('stride')).toBe(77);
    expect(record.get('samples')).toBe(4_000_000_000);
  });

  it('does not fit into a memory that is full', () => {
    expect(() => new Arena(small).lay(plan('Rings', { samples: room(1 << 20) }))).toThrow(RangeError);
  });
});

it('layouts extend those of the base', () => {
  for (const name of ['StaticJob', 'LearningJob'] as const)
    for (const [field, place] of Object.entries(Layouts.PlanesJob.fields))
      expect((Layouts[name].fields as Record<string, unknown>)[field]).toEqual(place);
});
