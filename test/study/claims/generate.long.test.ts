// What of the claim needs no network to be trained: photos by the model that ships.
import { expect, it } from 'vitest';
import { photosTable, sampledPhotos } from '../../../src/study/claims/generate.ts';
import { shippedRecord } from '../book.ts';
import { testBench } from '../fixture.ts';

it('gives the figures of the photos again', async () => {
  const [, , shipped] = shippedRecord('generate').tables;
  expect(photosTable(await sampledPhotos(testBench()))).toEqual(shipped);
});
