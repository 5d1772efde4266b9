// Lints, formats or checks the types of the AssemblyScript in codec/: `node scripts/assembly.js lint|format|types`.
// Biome and tsc know decorators on classes alone, so they get a copy in which @inline is a comment of the same width:
// the paths, lines and columns in what they say are those of the sources. Types are as AssemblyScript's own
// declarations have them, where all numbers are one type: whether their widths fit is the compiler's to check.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DECORATOR = '@inline';
const COMMENT = '/*@in*/';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const { resolve } = createRequire(import.meta.url);
const isAssembly = (path) => dirname(path).endsWith('assembly') && path.endsWith('.ts');
const sources = readdirSync('codec', { recursive: true, encoding: 'utf8' })
  .map((path) => join('codec', path))
  .filter(isAssembly);

/** The project's rules but for those that are wrong here. */
function biomeConfig() {
  const { formatter, javascript, linter } = JSON.parse(readFileSync('biome.json', 'utf8'));
  const off = {
    // 64-bit integers, and constants with the digits that their source gives, are exact to the compiler.
    correctness: { noPrecisionLoss: 'off' },
    // AssemblyScript has no `import type`.
    style: { useImportType: 'off' },
    suspicious: {
      // A constant that decides bits stands where it is used, as f32 or f64.
      noApproximativeNumericConstant: 'off',
      // Both sides are of one type, so == is ===.
      noDoubleEquals: 'off',
      // The test for NaN that compiles to one instruction.
      noSelfCompare: 'off',
    },
  };
  return { root: true, formatter, javascript, linter: { rules: { ...linter.rules, ...off } } };
}

function typesConfig() {
  const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
  const { strict, noImplicitOverride, noUnusedLocals, noUnusedParameters, noFallthroughCasesInSwitch } =
    compilerOptions;
  return {
    compilerOptions: {
      ...{ strict, noImplicitOverride, noUnusedLocals, noUnusedParameters, noFallthroughCasesInSwitch },
      // Records lie in memory that JavaScript has filled.
      strictPropertyInitialization: false,
      ...{ target: 'ES2022', module: 'ESNext', moduleResolution: 'Bundler', experimentalDecorators: true },
      ...{ noEmit: true, noLib: true, types: [], skipLibCheck: true },
    },
    files: [resolve('assemblyscript/std/assembly/index.d.ts')],
    include: ['codec'],
  };
}

const biome = (...args) => [resolve('@biomejs/biome/bin/biome'), 'check', 'codec', ...args];
const COMMANDS = {
  lint: biome(),
  format: biome('--write'),
  types: [join(dirname(resolve('typescript/package.json')), 'bin/tsc'), '-p', '.'],
};

const command = process.argv[2];
if (!COMMANDS[command]) throw new Error(`usage: assembly.js ${Object.keys(COMMANDS).join('|')}`);
const copy = mkdtempSync(join(tmpdir(), 'assembly-'));
try {
  for (const path of sources) {
    mkdirSync(join(copy, dirname(path)), { recursive: true });
    writeFileSync(join(copy, path), readFileSync(path, 'utf8').replaceAll(DECORATOR, COMMENT));
  }
  writeFileSync(join(copy, 'biome.json'), `${JSON.stringify(biomeConfig(), null, 2)}\n`);
  writeFileSync(join(copy, 'tsconfig.json'), `${JSON.stringify(typesConfig(), null, 2)}\n`);
  const { status } = spawnSync(process.execPath, COMMANDS[command], { cwd: copy, stdio: 'inherit' });
  if (command === 'format')
    for (const path of sources) {
      const text = readFileSync(join(copy, path), 'utf8').replaceAll(COMMENT, DECORATOR);
      if (text !== readFileSync(path, 'utf8')) writeFileSync(path, text);
    }
  process.exitCode = status ?? 1;
} finally {
  rmSync(copy, { recursive: true });
}
