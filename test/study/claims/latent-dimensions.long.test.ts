// What of the claim needs no training: the isotropic Gaussian and the linear model.
import { expect, it } from 'vitest';
import {
  levelFigures,
  levelTable,
  solutionFigures,
  solutionTable,
} from '../../../src/study/claims/latent-dimensions.ts';
import { shippedRecord } from '../book.ts';
import { testBench } from '../fixture.ts';

it('gives the figures that are known again', () => {
  const [solutions, levels] = shippedRecord('latent-dimensions').tables;
  expect(solutionTable(solutionFigures(testBench()))).toEqual(solutions);
  expect(levelTable(levelFigures())).toEqual(levels);
});
