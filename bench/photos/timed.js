// The clock of all codecs.

/** What a function gives, and the seconds until then. */
export async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}
