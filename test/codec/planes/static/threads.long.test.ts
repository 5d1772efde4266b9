// The static family on threads, more of them than there are cores.
import { describe, expect, it } from 'vitest';
import { staticFamily } from '../../../../codec/planes/static/family.ts';
import { decode, encode, modelOf } from '../../coding.ts';
import { paint } from './images.ts';
import { untrainedPhoto } from './untrained.ts';

const model = modelOf(staticFamily, 'untrained', untrainedPhoto());

describe('the static family', () => {
  it('writes the same bytes with any number of threads, and reads them with any other', async () => {
    const pixels = paint('photo-like', 400, 300);
    const one = await encode(model, pixels, { threads: 1 });
    for (const threads of [2, 3]) {
      expect((await encode(model, pixels, { threads })).streams).toEqual(one.streams);
      expect((await decode(model, one.streams, pixels, { threads })).data).toEqual(pixels.data);
    }
  });

  it('keeps its threads together from stage to stage', async () => {
    const pixels = paint('photo-like', 300, 260);
    const { streams } = await encode(model, pixels, { threads: 1 });
    for (let round = 0; round < 5; round++) {
      expect((await encode(model, pixels, { threads: 64 })).streams).toEqual(streams);
      expect((await decode(model, streams, pixels, { threads: 64 })).data).toEqual(pixels.data);
    }
  });
});
