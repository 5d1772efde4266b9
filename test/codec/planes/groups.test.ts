// Groups of rows: each is a photo of its own, whatever becomes of the others, and however many threads there are.
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Model, Rows } from '../../../codec/model/model.ts';
import { readSafetensors } from '../../../codec/network/safetensors.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { GROUP_PIXELS, groupCount, groupsOf } from '../../../codec/planes/groups.ts';
import { staticModel } from '../../../codec/planes/static/family.ts';
import { runs, times } from '../../thorough.ts';
import { paint } from './learning/images.ts';
import { colour, grey, groupedCodec } from './learning/untrained.ts';
import { untrainedPhoto } from './static/untrained.ts';

const STATIC = readSafetensors(untrainedPhoto(), 'static');
/** As small as a network can be. */
const small = { ...colour, hidden: [16, 16] } as const;
const HEIGHT = 228;
/** With the number of channels, and a width at which such a photo has 5 groups and is worth threads. */
const MODELS: [string, Model, 1 | 3, number][] = [
  ['learning', groupedCodec(small, 4000), 3, 88],
  ['grey learning', groupedCodec(grey, 4000), 1, 88],
  ['static', staticModel('grouped', '8'.repeat(64), STATIC, 13_500), 3, 300],
];

const badFile = expect.objectContaining({ code: 'bad-file' });
const sum = (values: Iterable<number> = []) => Array.from(values).reduce((total, value) => total + value, 0);

/** The samples of some rows. */
function rowsOf({ data, width, channels }: Pixels, { from, to }: Rows): Uint8Array {
  return (data as Uint8Array).slice(from * width * channels, to * width * channels);
}

describe('the rows of groups', () => {
  it('are all rows, shared out evenly, in as many groups as the pixels are for', () => {
    const side = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 30_000 }));
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 2_000_000 }), (width, height, pixels) => {
        fc.pre(groupCount({ width, height }, pixels) <= 2000);
        const groups = groupsOf({ width, height }, pixels);
        expect(groups.length).toBe(Math.min(height, Math.max(1, Math.floor((width * height) / pixels))));
        expect(groups[0].from).toBe(0);
        expect(groups.at(-1)?.to).toBe(height);
        const heights = groups.map(({ from, to }) => to - from);
        expect(Math.min(...heights)).toBeGreaterThan(0);
        expect(Math.max(...heights)).toBe(Math.ceil(height / groups.length));
        expect(Math.max(...heights) - Math.min(...heights)).toBeLessThanOrEqual(1);
        for (let group = 1; group < groups.length; group++)
          expect(groups[group].from).toBe(groups[group - 1].to);
      }),
    );
  });

  it('are one group up to twice the least pixels', () => {
    expect(groupsOf({ width: 1, height: 2 * GROUP_PIXELS - 1 }).length).toBe(1);
    expect(groupsOf({ width: 1, height: 2 * GROUP_PIXELS }).length).toBe(2);
    expect(groupsOf({ width: 2 * GROUP_PIXELS, height: 1 })).toEqual([{ from: 0, to: 1 }]);
  });
});

describe.each(MODELS)('the groups of the %s family', (_name, model, channels, width) => {
  const photo = paint('photo-like', width, HEIGHT, channels);
  const rows = model.groupRows?.(photo) ?? [];
  const encoded = model.open(photo, { threads: 0 }).encode(photo.data);
  const decodeRows = async (groups: readonly (Uint8Array | null)[], part: Rows) =>
    model.open(photo, { threads: 1 }).decodeRows?.({ sides: (await encoded).sides, groups }, part);

  it('are what each is as a photo of its own', async () => {
    const { groups, lengths } = await encoded;
    expect(groups.length).toBe(5);
    const apart = await Promise.all(
      rows.map((part) => {
        const data = rowsOf(photo, part);
        const shape = { ...photo, height: part.to - part.from };
        return model.open(shape, { threads: 1 }).encode(data);
      }),
    );
    expect(apart.flatMap((alone) => alone.groups)).toEqual(groups);
    for (const name of ['likelihood', 'kl', 'net', 'initial'] as const)
      expect(lengths[name]).toBeCloseTo(sum(apart.map((alone) => alone.lengths[name])), 6);
  });

  it('do not depend on threads or on how many are worked on at once', async () => {
    const alone = await encoded;
    for (const options of [
      { threads: 2, spareMemory: 0 },
      { threads: times(3, 1) },
      { threads: times(7, 16) },
    ]) {
      const session = model.open(photo, options);
      expect(await session.encode(photo.data)).toEqual(alone);
      expect((await session.decode(alone)).samples).toEqual(photo.data);
    }
  });

  it('give any rows by the groups that these lie in alone', async () => {
    const { groups } = await encoded;
    const edges = fc.tuple(fc.nat(HEIGHT - 1), fc.nat(HEIGHT - 1));
    await fc.assert(
      fc.asyncProperty(edges, async ([a, b]) => {
        const part = { from: Math.min(a, b), to: Math.max(a, b) + 1 };
        const needed = groups.map((group, index) =>
          rows[index].from < part.to && rows[index].to > part.from ? group : null,
        );
        expect(await decodeRows(needed, part)).toEqual(rowsOf(photo, part));
      }),
      { numRuns: runs(6), examples: [[[0, 0]], [[44, 45]]] },
    );
    await expect(decodeRows(groups.with(1, null as never), { from: 44, to: 46 })).rejects.toEqual(badFile);
    await expect(decodeRows(groups.slice(1), { from: 0, to: 1 })).rejects.toThrow('are 5, not 4');
  });

  it('leave what is lost of one to it', async () => {
    const { sides, groups } = await encoded;
    const whole = new Uint8Array(photo.data.length);
    for (const [damage, lost] of [
      [[], []],
      [[0], [{ from: 0, to: 45 }]],
      [[1, 2], [{ from: 45, to: 136 }]],
      [
        [0, 4],
        [rows[0], rows[4]],
      ],
    ] as const) {
      const damaged = groups.map((group, index) => {
        if (!damage.some((number) => number === index)) return group;
        // Some are known to be damaged, of others decoding tells.
        return index % 2 === 0 ? null : group.slice(0, -4);
      });
      const salvaged = await model.open(photo, { threads: 2 }).salvage?.({ sides, groups: damaged });
      expect(salvaged?.lost).toEqual(lost);
      for (const [index, part] of rows.entries()) {
        const had = damage.some((number) => number === index) ? whole : photo.data;
        expect(rowsOf({ ...photo, data: salvaged?.samples ?? whole }, part)).toEqual(
          rowsOf({ ...photo, data: had }, part),
        );
      }
    }
    const none = { sides, groups: groups.map(() => null) };
    await expect(model.open(photo, { threads: 2 }).salvage?.(none)).rejects.toEqual(badFile);
  });

  it('are refused all together where one is damaged', async () => {
    const { sides, groups } = await encoded;
    const damaged = { sides, groups: groups.with(3, groups[3].slice(0, -4)) };
    await expect(model.open(photo, { threads: 2 }).decode(damaged)).rejects.toEqual(badFile);
    expect((await model.open(photo, { threads: 2 }).decode({ sides, groups })).samples).toEqual(photo.data);
  });

  it('cost what their samples and tiles do', async () => {
    const measured = await model.open(photo, { threads: 2 }).measure?.(photo.data);
    if (!measured) throw new Error('it does not measure');
    const { costs, lengths, groups } = measured;
    expect(groups).toEqual((await encoded).groups);
    const total = sum(costs.samples) + sum(costs.tiles?.bits) + costs.beside;
    expect(Math.abs(total / lengths.net - 1)).toBeLessThan(2e-6);
    if (!costs.tiles) return;
    const across = costs.tiles.x.length - 1;
    expect(costs.tiles.rows.slice(0, 3)).toEqual([
      { from: 0, to: 16 },
      { from: 16, to: 37 },
      { from: 45, to: 61 },
    ]);
    expect(costs.tiles.bits.length).toBe(10 * across);
    expect(sum(costs.tiles.bits.subarray(2 * across))).not.toBe(0);
  });

  it('tell one progress, and end at one signal', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const shares: number[] = [];
      const onProgress = (share: number) => shares.push(share);
      const work = model.open(photo, { threads: 2, onProgress }).encode(photo.data);
      for (let done = false; !done; vi.advanceTimersByTime(100)) {
        const pause = new Promise<boolean>((resolve) => setTimeout(resolve, 1, false));
        done = await Promise.race([work.then(() => true), pause]);
      }
      expect(shares.length).toBeGreaterThan(0);
      expect([...shares].sort((a, b) => a - b)).toEqual(shares);
      expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
    const reason = new Error('enough');
    for (const threads of [0, 2]) {
      const controller = new AbortController();
      const session = model.open(photo, { threads, signal: controller.signal });
      const ended = expect(session.encode(photo.data)).rejects.toBe(reason);
      controller.abort(reason);
      await ended;
    }
  });
});

it('one table of levels is all groups’', async () => {
  const [, model, channels, width] = MODELS[0];
  const photo = paint('photo-like', width, HEIGHT, channels);
  const gaps = { ...photo, data: photo.data.map((level) => level & 0xfc) };
  const session = model.open(gaps, { threads: 2 });
  const { sides, groups } = await session.encode(gaps.data);
  expect(sides.levels?.length).toBeGreaterThan(3);
  expect((await session.decode({ sides, groups })).samples).toEqual(gaps.data);
  const part = { from: 100, to: 140 };
  expect(await session.decodeRows?.({ sides, groups }, part)).toEqual(rowsOf(gaps, part));
});

it.each([1, 2, 3, 4, 7])('groups keep their places by scan %i', async (scan) => {
  const [, model, channels, width] = MODELS[0];
  const photo = paint('photo-like', width, HEIGHT, channels);
  const session = model.open(photo, { threads: 2 });
  const { sides, groups } = await session.encode(photo.data, { scan });
  expect((await session.decode({ sides, groups })).samples).toEqual(photo.data);
  const part = { from: 100, to: 140 };
  expect(await session.decodeRows?.({ sides, groups }, part)).toEqual(rowsOf(photo, part));
});
