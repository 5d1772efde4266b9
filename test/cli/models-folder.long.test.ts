// Folders of models that cannot be read, or hold what is none.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { vaezip } from './command-line.ts';
import { withFiles } from './kept-files.ts';

describe('a folder in VAEZIP_MODELS', () => {
  const MODELS = { VAEZIP_MODELS: '/none' };
  const warning = 'vaezip: warning: the folder /none in VAEZIP_MODELS cannot be listed: there is none\n';

  it('that is missing is a warning, and the work is done', () =>
    withFiles(async (folder) => {
      const packed = await vaezip(folder, ['compress', 'deep.png', 'photo.jpg'], undefined, MODELS);
      expect(packed.status).toBe(0);
      expect(packed.stderr.startsWith(warning)).toBe(true);
      const commands = ['decompress deep.vz -o a.png', 'info deep.vz', 'evaluate deep.png', 'models'];
      for (const command of commands)
        expect(await vaezip(folder, command.split(' '), undefined, MODELS)).toMatchObject({
          status: 0,
          stderr: warning,
        });
      const quiet = await vaezip(folder, ['compress', 'deep.png', '-fq'], undefined, MODELS);
      expect(quiet).toMatchObject({ status: 0, stderr: '' });
    }));

  it('has models that are damaged: only who needs one is told', () =>
    withFiles(async (folder) => {
      writeFileSync(join(folder, 'mine.safetensors'), 'damaged');
      const here = { VAEZIP_MODELS: folder };
      const packed = await vaezip(folder, ['compress', 'deep.png'], undefined, here);
      expect(packed).toMatchObject({ status: 0, stderr: '' });
      const needed = await vaezip(folder, ['compress', 'photo.jpg', '--model', 'mine'], undefined, here);
      expect(needed.status).toBe(2);
      expect(needed.stderr).toMatch(/^vaezip: [^\n]*mine\.safetensors is not a safetensors file[^\n]*\n$/);
    }));

  it('is named where a model is not found', () =>
    withFiles(async (folder) => {
      const { status, stderr } = await vaezip(
        ...([folder, ['compress', 'deep.png', '--model', 'x', '-q'], undefined, MODELS] as const),
      );
      expect(status).toBe(2);
      expect(stderr).toMatch(
        /^vaezip: no model is called x; .*; the folder \/none in VAEZIP_MODELS cannot be [^\n]*\n$/,
      );
    }));
});
