// Photos whose files are larger at a higher effort than at a lower one.

/** By what share of its bytes a file may be. */
export const MOST_LARGER = 0.001;

/**
 * A photo's bytes by effort.
 * @typedef {{path: string, samples: number, bytes: Record<number, number>}} Sizes
 * @typedef {Sizes & {lower: number, higher: number, share: number}} Exception
 * @param {readonly Sizes[]} photos
 * @returns {Exception[]} each with the lower effort whose file is smallest, those that are largest against it first
 */
export function exceptionsOf(photos) {
  return photos.flatMap((photo) => exceptionsOfPhoto(photo)).sort((a, b) => b.share - a.share);
}

/** @param {Sizes} photo */
function exceptionsOfPhoto(photo) {
  const { bytes } = photo;
  const efforts = Object.keys(bytes)
    .map(Number)
    .sort((a, b) => a - b);
  /** @type {Exception[]} */
  const found = [];
  let lower = efforts[0];
  for (const higher of efforts) {
    const share = bytes[higher] / bytes[lower] - 1;
    if (share > MOST_LARGER) found.push({ ...photo, lower, higher, share });
    if (bytes[higher] < bytes[lower]) lower = higher;
  }
  return found;
}
