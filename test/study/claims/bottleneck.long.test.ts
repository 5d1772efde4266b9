// What of the claim needs no trained network: the classes.
import { expect, it } from 'vitest';
import { tasksOf, taskTitle } from '../../../src/study/claims/bottleneck.ts';
import { shippedRecord } from '../book.ts';
import { hasDigits, testBench } from '../fixture.ts';

it.skipIf(!hasDigits)('finds the classes of the book again', async () => {
  const [nearest] = await tasksOf(testBench());
  expect(taskTitle(nearest)).toBe(shippedRecord('bottleneck').tables[0].title);
});
