// What of the claim needs no training: a photo, by the models that ship.
import { expect, it } from 'vitest';
import { codedPhotos, photosTable } from '../../../src/study/claims/expressivity.ts';
import { shippedRecord } from '../book.ts';
import { testBench } from '../fixture.ts';

it('gives the figures of the photo again', async () => {
  const [, shipped] = shippedRecord('expressivity').tables;
  expect(photosTable(await codedPhotos(testBench()))).toEqual(shipped);
});
