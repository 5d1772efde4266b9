import { expect, it } from 'vitest';
import { toy } from '../../../src/study/claims/toy.ts';
import { shippedRecord } from '../book.ts';
import { testBench } from '../fixture.ts';

it('gives the figures of the book again, from the weights that ship', async () => {
  const { tables, checks } = await toy.run(testBench());
  const { tables: shipped, checks: shippedChecks } = shippedRecord('toy');
  expect({ tables, checks }).toEqual({ tables: shipped, checks: shippedChecks });
});
