// Photos of more than a band: each band has messages of its own, while what the model has learned goes on.

import { describe, expect, it } from 'vitest';
import { bandsOf } from '../../../../codec/planes/learning/job.ts';
import type { Architecture } from '../../../../codec/planes/learning/weights.ts';
import { decode, encode } from '../../coding.ts';
import { areSame, paint } from './images.ts';
import { grey, untrainedCodec } from './untrained.ts';

const smallest: Architecture = { ...grey, hidden: [16, 16], neighbours: [{ own: 4, coded: 0, later: 0 }] };

describe('bands', () => {
  it('come back, in as many streams, with any number of threads', async () => {
    const codec = untrainedCodec(smallest);
    const [width, height] = [2000, bandsOf(2000, 1).rows + 3];
    const pixels = paint('photo-like', width, height, 1);
    const { streams, lengths } = await encode(codec, pixels, { threads: 2 });
    expect(streams.length).toBe(2);
    expect(Math.abs(lengths.net / lengths.likelihood - 1)).toBeLessThan(0.001);
    expect(streams[1].length).toBeLessThan(0.01 * streams[0].length);
    expect(areSame(await decode(codec, streams, pixels, { threads: 1 }), pixels)).toBe(true);

    const session = codec.open(pixels, { threads: 1 });
    const salvaged = await session.salvage?.({ sides: {}, groups: [streams[0], null] });
    expect(salvaged?.lost).toEqual([{ from: height - 3, to: height }]);
    const whole = width * (height - 3);
    const had = Uint8Array.from(salvaged?.samples ?? []);
    expect(Buffer.compare(had.subarray(0, whole), Uint8Array.from(pixels.data).subarray(0, whole))).toBe(0);
    await expect(session.salvage?.({ sides: {}, groups: [null, streams[1]] })).rejects.toThrow(
      'which all others need',
    );
  });
});
