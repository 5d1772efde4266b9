// What of the claim needs no training: the linear model, whose gradient is known.
import { expect, it } from 'vitest';
import { linearFigures, linearTables } from '../../../src/study/claims/gradients.ts';
import { shippedRecord } from '../book.ts';
import { testBench } from '../fixture.ts';

it('gives the figures of the linear model again', () => {
  const { batches, dimensions } = linearFigures(testBench());
  expect(linearTables(batches, dimensions)).toEqual(shippedRecord('gradients').tables.slice(0, 2));
});
