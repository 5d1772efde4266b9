import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { helpOf } from './cli/command-line.ts';
import { readmeBlocks } from './readme.ts';

const ROOT = join(import.meta.dirname, '..');

it("the README's library example gives the pixels back", () => {
  const [example] = readmeBlocks('js');
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', example], { cwd: ROOT });
  expect(output.toString()).toMatch(/^\w+: \d+ bytes, \d\.\d{3} bits per sample\n.*\ntrue\n$/);
});

const commands = [
  ...readmeBlocks('sh')
    .join('')
    .matchAll(/npx vaezip .*/g),
].map(([command]) => command);

it('the README has commands', () => expect(commands.length).toBeGreaterThan(4));

it.each(commands)('the README can say %s', async (command) => {
  const [, , name, ...words] = command.split(' ');
  const help = await helpOf(name);
  for (const option of words.filter((word) => word.startsWith('-')))
    expect(help).toMatch(new RegExp(`\\s${option}\\b`));
  const photo = words.find((word) => /^samples\/.*\.png$/.test(word));
  if (photo) expect(existsSync(join(ROOT, photo))).toBe(true);
});
