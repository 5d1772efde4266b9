import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/closing-line.ts';

/** Files named *.long.test.ts take long by nature: `npm run test:all` and CI run them, too. */
const all = process.env.VAEZIP_TEST_ALL === '1';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: all ? [] : ['**/*.long.test.ts'],
    globalSetup: 'test/build.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', new ClosingLine()],
  },
});
