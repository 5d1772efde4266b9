// Samples as browsers have them, and back: what codecs made for browsers take.

/**
 * Four channels of a grey or RGB photo, opaque.
 * @param {import('../common/photo.js').Photo} photo
 */
export function toRgba({ width, height, channels, data }) {
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let channel = 0; channel < 3; channel++)
      rgba[4 * pixel + channel] = data[channels * pixel + (channels === 1 ? 0 : channel)];
  return rgba;
}

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
