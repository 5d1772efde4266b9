import { expect, it } from 'vitest';
import { channel } from '../../../src/study/claims/channel.ts';
import { shippedRecord } from '../book.ts';
import { testBench } from '../fixture.ts';

it('gives the figures of the book again', async () => {
  const { tables, checks } = await channel.run(testBench());
  const { tables: shipped, checks: shippedChecks } = shippedRecord('channel');
  expect({ tables, checks }).toEqual({ tables: shipped, checks: shippedChecks });
});
