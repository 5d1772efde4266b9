// Holds the built library against the golden files in whichever engine imports this: another Node, a browser.
// Both see only what portable.ts has put into one JSON text, so that no engine makes images or weights of its own.

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const equal = (a, b) => a.length === b.length && a.every((value, index) => value === b[index]);

/** What differs, one sentence each; an empty array when all is as pinned, on so many threads each. */
export async function differences(library, json, threadCounts = [1, 2, 3]) {
  const { models, cases } = JSON.parse(json);
  const loaded = {};
  for (const [name, weights] of Object.entries(models))
    loaded[name] = await library.loadModel(name, bytesOf(weights));
  const found = [];
  for (const threads of threadCounts) {
    for (const { name, shape, data, model, metadata, recipe, original, golden } of cases) {
      const samples = bytesOf(data);
      const pixels = { ...shape, data: shape.bitDepth === 16 ? new Uint16Array(samples.buffer) : samples };
      const file = bytesOf(golden);
      const options = {
        model: loaded[model] ?? model,
        metadata: metadata && { ...metadata, data: bytesOf(metadata.data) },
        recipe: recipe && bytesOf(recipe),
        original: original && { bytes: bytesOf(original.bytes), name: bytesOf(original.name) },
        keepModel: true,
        threads,
      };
      if (!equal((await library.compress(pixels, options)).file, file))
        found.push(`${name} is coded to other bytes on ${threads} threads`);
      const back = original
        ? equal((await library.extract(file)).bytes, options.original.bytes)
        : equal((await library.decompress(file, { threads })).data, pixels.data);
      if (!back) found.push(`${name} is decoded to other pixels on ${threads} threads`);
    }
  }
  return found;
}
