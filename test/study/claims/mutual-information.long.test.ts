// What of the claim needs no trained network: the linear model, where I is known.
import { expect, it } from 'vitest';
import { knownEncoders, knownTable } from '../../../src/study/claims/mutual-information.ts';
import { shippedRecord } from '../book.ts';
import { testBench } from '../fixture.ts';

it('gives the figures of the linear model again', () => {
  const [shipped] = shippedRecord('mutual-information').tables;
  expect(knownTable(knownEncoders(testBench()))).toEqual(shipped);
});
