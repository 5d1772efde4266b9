// Colours and alpha, the last of an even number of channels, apart and together.
import { blankSamples, type Pixels, type Shape } from './pixels.ts';

/** Whether the last channel is alpha. */
export function hasAlpha({ channels }: Pick<Shape, 'channels'>): boolean {
  return channels === 2 || channels === 4;
}

/** The shape without alpha. */
export function colourShape(shape: Shape): Shape {
  const { width, height, channels, bitDepth, images } = shape;
  return { width, height, channels: channels < 3 ? 1 : 3, bitDepth, images };
}

/** The shape of the alpha channel alone. */
export function alphaShape(shape: Shape): Shape {
  return { ...colourShape(shape), channels: 1 };
}

/** The pixels without their alpha channel. */
export function coloursOf(pixels: Pixels): Pixels {
  const shape = colourShape(pixels);
  const data = blankSamples(pixels.bitDepth, (pixels.data.length / pixels.channels) * shape.channels);
  for (let from = 0, to = 0; from < pixels.data.length; from += pixels.channels)
    for (let channel = 0; channel < shape.channels; channel++) data[to++] = pixels.data[from + channel];
  return { ...shape, data };
}

/** The alpha channel alone. */
export function alphaOf(pixels: Pixels): Pixels {
  const { channels } = pixels;
  const data = blankSamples(pixels.bitDepth, pixels.data.length / channels);
  for (let pixel = 0; pixel < data.length; pixel++) data[pixel] = pixels.data[(pixel + 1) * channels - 1];
  return { ...alphaShape(pixels), data };
}

/** Colours and alpha of one shape together: undoes `coloursOf` and `alphaOf`. */
export function withAlpha(colours: Pixels, alpha: Pixels): Pixels {
  const channels = colours.channels === 1 ? 2 : 4;
  const data = blankSamples(colours.bitDepth, alpha.data.length * channels);
  for (let pixel = 0, from = 0, to = 0; pixel < alpha.data.length; pixel++) {
    for (let channel = 1; channel < channels; channel++) data[to++] = colours.data[from++];
    data[to++] = alpha.data[pixel];
  }
  return { ...colours, channels, data };
}
