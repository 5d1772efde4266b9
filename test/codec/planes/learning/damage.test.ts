// Streams that no encoder wrote: refused with a VaezipError, in bounded time.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaezipError } from '../../../../codec/error.ts';
import type { Model } from '../../../../codec/model/model.ts';
import type { Pixels } from '../../../../codec/pixels/pixels.ts';
import { groupCount } from '../../../../codec/planes/groups.ts';
import { cases, runs } from '../../../thorough.ts';
import { decode, encode } from '../../coding.ts';
import { areSame, paint } from './images.ts';
import { colour, grey, similar, similarGrey, untrainedCodec } from './untrained.ts';

describe.each(
  cases<readonly [string, Model, 1 | 3]>(
    [
      ['colour', untrainedCodec(colour), 3],
      ['grey similar', untrainedCodec(similarGrey), 1],
    ],
    [
      ['grey', untrainedCodec(grey), 1],
      ['similar', untrainedCodec(similar), 3],
    ],
  ),
)('the %s model', (_name, codec, planes) => {
  const pixels = paint('photo-like', 40, 30, planes);
  const encoded = encode(codec, pixels, { threads: 1 }).then(({ streams }) => streams);
  const decodeStreams = (streams: readonly Uint8Array[], shape: Pixels = pixels) =>
    decode(codec, streams, shape, { threads: 1 });

  /** Decoding ends: in an error, or in some image. */
  async function refusedOrRead(streams: readonly Uint8Array[], shape = pixels): Promise<boolean> {
    try {
      const { data } = await decodeStreams(streams, shape);
      expect(data.length).toBe(shape.width * shape.height * planes);
      return false;
    } catch (error) {
      expect(error).toBeInstanceOf(VaezipError);
      return true;
    }
  }

  it('refuses another number of streams', async () => {
    const streams = await encoded;
    for (const wrong of [
      [],
      streams.slice(1),
      [...streams, ...streams, ...streams],
      [...streams, streams[0]],
    ])
      await expect(decodeStreams(wrong)).rejects.toThrow(VaezipError);
  });

  it('refuses streams that are cut off, at any place', async () => {
    const streams = await encoded;
    await fc.assert(
      fc.asyncProperty(fc.nat(planes - 1), fc.nat(), fc.boolean(), async (plane, draw, atEnd) => {
        const length = draw % streams[plane].length;
        const whole = streams[plane];
        const cut = atEnd ? whole.slice(whole.length - length) : whole.slice(0, length);
        expect(await refusedOrRead(streams.with(plane, cut))).toBe(true);
      }),
      { numRuns: runs(60) },
    );
  });

  it('refuses streams that go on', async () => {
    const streams = await encoded;
    for (const more of [1, 4, 64, 1 << 16]) {
      const longer = new Uint8Array(streams[0].length + more);
      longer.set(streams[0]);
      expect(await refusedOrRead(streams.with(0, longer))).toBe(true);
    }
  });

  it('refuses streams with a bit changed', async () => {
    const streams = await encoded;
    await fc.assert(
      fc.asyncProperty(fc.nat(planes - 1), fc.nat(), fc.nat(7), async (plane, draw, bit) => {
        const damaged = streams[plane].slice();
        damaged[draw % damaged.length] ^= 1 << bit;
        expect(await refusedOrRead(streams.with(plane, damaged))).toBe(true);
      }),
      { numRuns: runs(60) },
    );
  });

  it('reads or refuses random streams', async () => {
    const stream = fc.uint8Array({ maxLength: 2000 });
    await fc.assert(
      fc.asyncProperty(fc.array(stream, { minLength: planes, maxLength: planes + 1 }), async (streams) => {
        await refusedOrRead(streams);
      }),
      { numRuns: runs(100) },
    );
    // Valid as messages, so that they get as far as they can.
    const words = fc.uint8Array({ minLength: 250, maxLength: 250 }).map((bytes) => {
      const message = new Uint8Array(4 * bytes.length);
      message.set(bytes);
      message[7] = 1;
      return message;
    });
    await fc.assert(
      fc.asyncProperty(fc.array(words, { minLength: planes, maxLength: planes }), async (streams) => {
        expect(await refusedOrRead(streams)).toBe(true);
      }),
      { numRuns: runs(60) },
    );
  });

  it('refuses the streams of an image of another size', async () => {
    const streams = await encoded;
    for (const [width, height] of [
      [30, 40],
      [40, 29],
      [1, 1],
      [41, 30],
      [64, 64],
    ])
      expect(await refusedOrRead(streams, { ...pixels, width, height })).toBe(true);
  });

  it('refuses a few bytes that claim to be a large photo', async () => {
    const shape = { ...pixels, width: 10_000, height: 10_000 };
    const length = planes * groupCount(shape);
    const streams = Array.from({ length }, () => new Uint8Array(16).fill(1));
    await expect(decodeStreams(streams, shape)).rejects.toThrow('cannot hold');
    const wide = { ...pixels, width: 2 ** 26, height: 1 };
    const large = Array.from({ length: planes }, () => new Uint8Array(8192).fill(1));
    await expect(decodeStreams(large, wide)).rejects.toThrow(VaezipError);
  });

  it('takes no image that does not fit into memory, nor one of other planes', async () => {
    const shape = { channels: planes, bitDepth: 8, images: 1 } as const;
    expect(codec.accepts({ ...shape, width: 6000, height: 4000 })).toBe(true);
    expect(codec.accepts({ ...shape, width: 2 ** 22, height: 2 ** 22 })).toBe(false);
    expect(codec.accepts({ ...shape, width: 2 ** 30, height: 1 })).toBe(false);
    expect(codec.accepts({ ...shape, width: 60, height: 40, channels: planes === 1 ? 3 : 1 })).toBe(false);
    expect(codec.accepts({ ...shape, width: 60, height: 40, bitDepth: 16 })).toBe(true);
    expect(codec.accepts({ ...shape, width: 60, height: 40, images: 2 })).toBe(true);
  });

  it('still reads what is whole', async () => {
    expect(areSame(await decodeStreams(await encoded), pixels)).toBe(true);
  });
});
