// Builds everything that npm ci must leave ready: the WebAssembly kernel (embedded as base64, so that it loads
// in Node, in workers, in browsers and from bundles alike), the TypeScript, and the weights beside it.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const require = createRequire(import.meta.url);

/** Path of a package's executable script. */
function binary(name, script) {
  return join(dirname(require.resolve(`${name}/package.json`)), script);
}

function buildKernel() {
  mkdirSync('dist', { recursive: true });
  execFileSync(
    process.execPath,
    [
      binary('assemblyscript', 'bin/asc.js'),
      'codec/kernel/assembly/index.ts',
      '--outFile',
      'dist/kernel.wasm',
      '--enable',
      'simd,threads',
      '--runtime',
      'stub',
      '--importMemory',
      '--sharedMemory',
      '--maximumMemory',
      '65536',
      '--noAssert',
      '-O3',
      '--converge',
      '--use',
      'abort=',
      '--transform',
      './scripts/layouts.js',
    ],
    { stdio: 'inherit' },
  );
  const base64 = readFileSync('dist/kernel.wasm').toString('base64');
  rmSync('dist/kernel.wasm');
  writeFileSync(
    'codec/kernel/binary.ts',
    `// Built from codec/kernel/assembly by scripts/build.js.\nexport const KERNEL_BASE64: string =\n  '${base64}';\n`,
  );
}

/** Comments go into the declarations, where editors show them, not into the code: they are a fifth of it. */
function buildTypeScript() {
  const tsc = (...options) =>
    execFileSync(process.execPath, [binary('typescript', 'bin/tsc'), '-p', 'tsconfig.json', ...options], {
      stdio: 'inherit',
    });
  tsc('--declaration', 'false', '--removeComments');
  tsc('--emitDeclarationOnly');
  chmodSync('dist/src/cli/main.js', 0o755);
}

/** What tsc wrote of files that are no more, and declarations that no entry point needs, would only be shipped. */
function removeUnneeded() {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const declarations = new Set();
  for (const { types } of Object.values(exports)) if (types) addDeclarations(types, declarations);
  for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
    const path = join('dist', name);
    const source = name.replace(/\.js$/, '.ts');
    const isOutdated = path.endsWith('.map') || (source !== name && !existsSync(source));
    if (isOutdated || (path.endsWith('.d.ts') && !declarations.has(path))) rmSync(path);
  }
}

/** Adds the declarations' file and those that it imports. */
function addDeclarations(file, declarations) {
  const path = join(file);
  if (declarations.has(path)) return;
  declarations.add(path);
  for (const [, imported] of readFileSync(path, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)\.ts'/g))
    addDeclarations(join(dirname(path), `${imported}.d.ts`), declarations);
}

/** The registry looks for weights beside itself, in the source tree and in the package alike. */
function copyWeights() {
  const weightsIn = (folder) => readdirSync(folder).filter((file) => /\.(safetensors|json)$/.test(file));
  mkdirSync('dist/models', { recursive: true });
  const files = weightsIn('models');
  for (const file of files) cpSync(join('models', file), join('dist/models', file));
  const outdated = weightsIn('dist/models').filter((file) => !files.includes(file));
  for (const file of outdated) rmSync(join('dist/models', file));
}

/** The page of `vaezip --help`, which main.ts prints as it is. */
function drawHelp() {
  rmSync('dist/src/cli/help.txt', { force: true });
  writeFileSync('dist/src/cli/help.txt', execFileSync(process.execPath, ['dist/src/cli/main.js', '--help']));
}

/** Lets `npx vaezip` work inside the project itself with every npm version. */
function linkCommand() {
  if (!existsSync('node_modules/.bin') || existsSync('node_modules/.bin/vaezip')) return;
  if (process.platform !== 'win32') symlinkSync('../../dist/src/cli/main.js', 'node_modules/.bin/vaezip');
}

buildKernel();
if (!process.argv.includes('--kernel')) {
  buildTypeScript();
  removeUnneeded();
  copyWeights();
  drawHelp();
  linkCommand();
}
