// Files read in parts: what is read, and what of it is checked.
import { describe, expect, it } from 'vitest';
import { type ByteSource, sourceOf } from '../../container/byte-sources.ts';
import { type ImageContainer, type KeptContainer, writeContainer } from '../../container/container.ts';
import { readHead, readInParts } from '../../container/parts.ts';

const group = (bytes: number, value: number) => new Uint8Array(bytes).fill(value);
const image: ImageContainer = {
  kind: 'image',
  name: null,
  form: null,
  shape: { width: 300, height: 200, images: 1, channels: 3, bitDepth: 8 },
  sampleChecksum: 0x01020304,
  modelId: '5a5a5a5a',
  recipe: null,
  preview: null,
  metadataKind: 'png',
  metadata: Uint8Array.of(0, 1, 2),
  sides: { levels: Uint8Array.of(7) },
  groups: [group(5000, 1), group(6000, 2), group(40, 3)],
};
const { groups, ...head } = image;
const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });
const damaged = (file: Uint8Array, place: number) => {
  const other = file.slice();
  other[place] ^= 16;
  return other;
};
const read = async (file: Uint8Array | Blob) => readInParts(await sourceOf(file));

/** A source that keeps what is asked of it. */
function watched(file: Uint8Array): ByteSource & { readonly asked: [number, number][] } {
  const asked: [number, number][] = [];
  const read = async (from: number, to: number) => {
    asked.push([from, to]);
    return file.subarray(from, to);
  };
  return { size: file.length, read, asked };
}

describe('a file of several groups', () => {
  const file = writeContainer(image);
  const begin = file.length - 4 - 40 - 6000 - 5000;

  it('is read up to its groups, and each of those when it is asked for', async () => {
    const source = watched(file);
    const parts = await readInParts(source);
    expect(parts.head).toMatchObject(head);
    expect(parts.groupBytes).toEqual([5000, 6000, 40]);
    expect(await parts.group(1)).toEqual(groups[1]);
    expect(source.asked).toEqual([
      [0, 4096],
      [begin + 5000, begin + 11_000],
    ]);
  });

  it('may have more before its groups than is looked at first', async () => {
    const metadata = group(50_000, 9);
    const source = watched(writeContainer({ ...image, metadata }));
    const parts = await readInParts(source);
    expect((parts.head as ImageContainer).metadata.length).toBe(50_000);
    expect(await parts.group(2)).toEqual(groups[2]);
    expect(source.asked.map(([from, to]) => to - from)).toEqual([4096, 8 * 4096, source.size, 40]);
  });

  it('is read from a Blob', async () => {
    const parts = await read(new Blob([file.slice()]));
    expect(parts.head).toMatchObject(head);
    for (const number of groups.keys()) expect(await parts.group(number)).toEqual(groups[number]);
  });

  it('is checked where it is read, not elsewhere', async () => {
    for (let place = 0; place < begin; place++)
      await expect(read(damaged(file, place)), `byte ${place}`).rejects.toEqual(badFile);
    const parts = await read(damaged(damaged(file, begin + 5001), file.length - 1));
    await expect(parts.group(1)).rejects.toThrow('damaged, in the group 1');
    expect(await parts.group(0)).toEqual(groups[0]);
    expect(await parts.group(2)).toEqual(groups[2]);
  });

  it('may have lost its end', async () => {
    const parts = await read(file.slice(0, begin + 5000 + 100));
    expect(await parts.group(0)).toEqual(groups[0]);
    for (const number of [1, 2]) await expect(parts.group(number)).rejects.toEqual(badFile);
  });
});

it('a file of one group, and a kept one, is read and checked as a whole', async () => {
  const single = { ...image, groups: [groups[1]] };
  const { groups: none, ...fields } = single;
  const parts = await read(writeContainer(single));
  expect(parts.head).toMatchObject(fields);
  expect([parts.groupBytes, await parts.group(0)]).toEqual([[6000], none[0]]);
  const kept = writeContainer({
    ...{ kind: 'kept', name: null, reason: 'lossy', shape: image.shape, bytes: groups[0] },
  });
  expect((await read(kept)).head).toMatchObject({ kind: 'kept', bytes: groups[0] });
  for (const file of [writeContainer(single), kept])
    await expect(read(damaged(file, file.length - 30))).rejects.toEqual(badFile);
});

describe('the head', () => {
  const single: ImageContainer = { ...image, groups: [group(70_000, 1)] };
  const kept: KeptContainer = {
    ...{ kind: 'kept', name: null, reason: 'lossy', shape: image.shape, bytes: group(70_000, 3) },
  };

  it('of any file is read without what stands behind it', async () => {
    for (const [container, bytes] of [
      [image, [5000, 6000, 40]],
      [single, [70_000]],
      [kept, []],
    ] as const) {
      const source = watched(writeContainer(container));
      const { head: found, groupBytes } = await readHead(source);
      expect(found).toMatchObject(container.kind === 'image' ? head : { kind: 'kept', reason: 'lossy' });
      expect(groupBytes).toEqual(bytes);
      expect(source.asked).toEqual([[0, 4096]]);
    }
  });

  it('of a small file is checked, and that of several groups', async () => {
    const small = writeContainer({ ...image, groups: [group(50, 1)] });
    for (const file of [small, writeContainer(image)])
      for (let place = 0; place < 30; place++)
        await expect(readHead(watched(damaged(file, place))), `byte ${place}`).rejects.toEqual(badFile);
  });

  it('is none where a file is cut within it', async () => {
    const metadata = group(50_000, 9);
    const file = writeContainer({ ...image, metadata });
    await expect(readHead(watched(file.subarray(0, 40_000)))).rejects.toEqual(badFile);
  });
});
