// What of the claim needs no training: the VAE that tends to a flow.
import { expect, it } from 'vitest';
import { limitFigures, limitTable } from '../../../src/study/claims/flow.ts';
import { shippedRecord } from '../book.ts';
import { testBench } from '../fixture.ts';

it('gives the figures of the limit again', () => {
  const [shipped] = shippedRecord('flow').tables;
  expect(limitTable(limitFigures(testBench()))).toEqual(shipped);
});
