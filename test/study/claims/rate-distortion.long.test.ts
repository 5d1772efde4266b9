// What of the claim needs no trained network: the linear model, where H is known.
import { expect, it } from 'vitest';
import { knownPoints, knownTable } from '../../../src/study/claims/rate-distortion.ts';
import { shippedRecord } from '../book.ts';
import { testBench } from '../fixture.ts';

it('gives the figures of the linear model again', () => {
  const [, , shipped] = shippedRecord('rate-distortion').tables;
  expect(knownTable(knownPoints(testBench()))).toEqual(shipped);
});
