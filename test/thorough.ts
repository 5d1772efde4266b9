// How thorough a run of the tests is: `npm run test:all` and CI do all that there is.
const all = process.env.VAEZIP_TEST_ALL === '1';

/** So many runs of a property or rounds of a repetition, half of them in a quick run of the tests. */
export function runs(count: number): number {
  return all ? count : Math.ceil(count / 2);
}

/** The cases; those that take long only where all tests are run. */
export function cases<T>(quick: readonly T[], long: readonly T[]): readonly T[] {
  return all ? [...quick, ...long] : quick;
}

/** So many times in a quick run of the tests, or where all tests are run. */
export function times(quick: number, long: number): number {
  return all ? long : quick;
}
