import { expect, it } from 'vitest';
import { linear } from '../../../src/study/claims/linear.ts';
import { shippedRecord } from '../book.ts';
import { testBench } from '../fixture.ts';

it('gives the figures of the book again', async () => {
  const { tables, checks } = await linear.run(testBench());
  const { tables: shipped, checks: shippedChecks } = shippedRecord('linear');
  expect({ tables, checks }).toEqual({ tables: shipped, checks: shippedChecks });
});
