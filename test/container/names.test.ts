import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restoredName, storedName } from '../../container/names.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const text = (name: Uint8Array | null) => name && Buffer.from(name).toString('latin1');
const stored = (input: string, vz: string, ending = '.png') =>
  text(storedName(bytes(input), bytes(vz), ending));
const restored = (vz: string, name: string | null, ending = '.png') =>
  text(restoredName(bytes(vz), name === null ? null : bytes(name), ending));

/** Any byte that a file system takes, and that leads nowhere on any of them; not UTF-8 for the most part. */
const letter = fc.oneof(
  fc.constantFrom(...'aZ.v z-\n\x1b'),
  fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
);
const inputs = fc
  .string({ unit: letter, minLength: 1, maxLength: 255 })
  .filter((name) => !/[/\\]/.test(name) && !/^\.*$/.test(name));
const endings = fc.constantFrom('.png', '.idx');

describe('the name that went in', () => {
  const vzNames = fc.oneof(
    inputs.map((input) => () => `${input}.vz`),
    fc.constant((input: string) => input.replace(/\.[^.]*$/, '.vz')),
    fc.constant((input: string) => input.replace(/\.[^.]*$/, '.VZ')),
    fc.constant((input: string) => `${input}.vz`),
    fc.constant((input: string) => input),
    fc.constant(() => ''),
  );
  it('comes back, whatever the .vz file is called', () => {
    fc.assert(
      fc.property(inputs, vzNames, endings, (input, rename, ending) => {
        const vz = rename(input);
        expect(restored(vz, stored(input, vz, ending), ending)).toBe(input);
      }),
    );
  });

  it.each([
    ['dog.png', 'dog.vz', null],
    ['dog.png', 'dog.png.vz', null],
    ['DOG.PNG', 'DOG.PNG.vz', null],
    ['DOG.PNG', 'DOG.vz', '/.PNG'],
    ['photo.jpg', 'photo.vz', '/.jpg'],
    ['photo.jpg', 'photo.jpg.VZ', '/'],
    ['photo', 'photo.vz', '/'],
    ['.hidden', '.hidden.vz', '/'],
    ['a.vz', 'a.vz', '/.vz'],
    ['a.tar.png', 'a.tar.vz', null],
    ['photo.jpg', 'other.vz', 'photo.jpg'],
    ['photographer.jpg', 'photo.vz', 'photographer.jpg'],
    ['photo.jpg', '.vz', 'photo.jpg'],
  ])('%s in %s is stored as %s', (input, vz, expected) => {
    expect(stored(input, vz)).toBe(expected);
    expect(restored(vz, expected)).toBe(input);
  });

  it('of 255 bytes comes back, and follows its .vz file', () => {
    const long = `${'\xe6'.repeat(251)}.jpg`;
    for (const vz of ['a.vz', `${long.slice(0, -4)}.vz`, `${long}.vz`])
      expect(restored(vz, stored(long, vz))).toBe(long);
    expect(restored('b.vz', stored('a.jpg', 'a.vz'))).toBe('b.jpg');
  });

  it('ends in what decoding writes where none is stored', () => {
    expect(restored('digits.vz', null, '.idx')).toBe('digits.idx');
    expect(restored('photo.PNG.Vz', null)).toBe('photo.PNG');
    expect(restored('download', null)).toBe('download.png');
    expect(restored('.vz', null)).toBe('.png');
  });
});

describe('a name that leads out of its folder', () => {
  it.each([
    '..',
    '.',
    '...',
    '',
    '../a',
    'a/b',
    '//a',
    '/a/b',
    'a\\b',
    '/\\a',
    'a\0',
    '/\0',
    'a'.repeat(256),
  ])('%j is refused', (name) => {
    expect(() => restored('x.vz', name)).toThrow(expect.objectContaining({ code: 'bad-file' }));
  });

  it('is refused where only the stem makes it so', () => {
    expect(restored('..vz', '/a')).toBe('.a');
    for (const [vz, name] of [
      ['.vz', '/'],
      ['.vz', '/..'],
      ['..vz', '/.'],
      ['...vz', '/'],
    ])
      expect(() => restored(vz, name)).toThrow(/gives '\.*'/);
  });

  it('is not stored', () => {
    expect(stored('...', 'x.vz')).toBe(null);
    expect(stored('a\\b', 'x.vz')).toBe(null);
    expect(stored('a\\b.jpg', 'a\\b.vz')).toBe('/.jpg');
  });
});
