import { expect, it } from 'vitest';
import { closedForm } from '../../../src/study/claims/channel.ts';
import { shippedRecord } from '../book.ts';
import { testBench } from '../fixture.ts';

it('gives the figures of the book again, but for those of the network that the command trains', () => {
  const { tables, checks } = closedForm(testBench());
  const record = shippedRecord('channel');
  expect(tables).toEqual(record.tables.slice(0, tables.length));
  expect(checks).toEqual(record.checks.slice(0, checks.length));
});
