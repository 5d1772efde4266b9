// Samples of codecs made for browsers, back as photos have them.

/**
 * The first `channels` of each four, 1 or 3.
 * @param {Uint8Array | Uint8ClampedArray} rgba
 * @param {number} channels
 */
export function fromRgba(rgba, channels) {
  const data = new Uint8Array((rgba.length / 4) * channels);
  for (let sample = 0; sample < data.length; sample++)
    data[sample] = rgba[4 * Math.floor(sample / channels) + (sample % channels)];
  return data;
}
