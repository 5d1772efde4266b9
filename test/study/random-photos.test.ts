import { expect, it } from 'vitest';
import { openPhotoModel, photoOfRandomBits } from '../../src/study/photos/random-photos.ts';
import { Random } from '../../src/train/run/random.ts';

const SIZE = { width: 40, height: 40 };

it('a photo of random bits costs a little more than the bits that it took', async () => {
  const photoModel = await openPhotoModel();
  const photo = (seed: number) =>
    photoOfRandomBits(
      photoModel,
      SIZE,
      [1, 2, seed].map((key) => new Random(key)),
    );
  const { levels, bits } = photo(3);
  expect(photo(3).levels).toEqual(levels);
  expect(photo(4).levels).not.toEqual(levels);
  const shape = { ...SIZE, channels: 3, bitDepth: 8, images: 1 } as const;
  const { lengths } = await photoModel.model.open(shape, { threads: 1 }).encode(levels);
  expect(lengths.net / bits).toBeGreaterThan(0.95);
  expect(lengths.net / bits).toBeLessThan(1.3);
});
