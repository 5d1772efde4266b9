// The causal neighbours of a pixel, and their values as the context network takes them.

const SIDE = 28;
const MARGIN = 4;
const STRIDE = SIDE + 2 * MARGIN;

/** As [rows down, columns right], nearest first; outside the image they are black. */
export const NEIGHBOURS: readonly (readonly [number, number])[] = causal().sort(nearestFirst);

function causal(): [number, number][] {
  const places: [number, number][] = [];
  for (let down = -2; down <= 0; down++)
    for (let right = -2; right <= 2; right++) if (down < 0 || right < 0) places.push([down, right]);
  return places;
}

/** By distance; of the same distance, left before above. */
function nearestFirst([a, b]: readonly [number, number], [c, d]: readonly [number, number]): number {
  return a * a + b * b - (c * c + d * d) || c - a || b - d;
}

/** For each pixel of each image of bits, the bits of its first `count` neighbours: images * 784 rows of `count`. */
export function contextOf(images: readonly Uint8Array[], count: number): Float32Array {
  const offsets = offsetsOf(count);
  const context = new Float32Array(images.length * SIDE * SIDE * count);
  let at = 0;
  for (const image of images) {
    const padded = paddedOf(image);
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++)
        for (const offset of offsets) context[at++] = padded[rowStart(y) + x + offset];
  }
  return context;
}

/** For each pixel of each image of bits, the number of its row in `allContexts`. */
export function contextNumbers(images: readonly Uint8Array[], count: number): Float32Array {
  const offsets = offsetsOf(count);
  const numbers = new Float32Array(images.length * SIDE * SIDE);
  let at = 0;
  for (const image of images) {
    const padded = paddedOf(image);
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        const start = rowStart(y) + x;
        let number = 0;
        for (let k = 0; k < count; k++) number |= padded[start + offsets[k]] << k;
        numbers[at++] = number;
      }
  }
  return numbers;
}

/** What `count` neighbours can be: 2^count rows of bits. */
export function allContexts(count: number): Float32Array {
  return Float32Array.from({ length: count << count }, (_, i) => (Math.floor(i / count) >> (i % count)) & 1);
}

/** Of the neighbours in `paddedOf`, from their pixel. */
function offsetsOf(count: number): number[] {
  return NEIGHBOURS.slice(0, count).map(([down, right]) => down * STRIDE + right);
}

/** The image with black around. */
function paddedOf(image: Uint8Array): Uint8Array {
  const padded = new Uint8Array((SIDE + MARGIN) * STRIDE);
  for (let y = 0; y < SIDE; y++) padded.set(image.subarray(y * SIDE, (y + 1) * SIDE), rowStart(y));
  return padded;
}

/** As `contextOf`, of one pixel of an image that is known up to it. */
export function contextAt(image: Uint8Array, pixel: number, count: number): Float32Array {
  const [y, x] = [Math.floor(pixel / SIDE), pixel % SIDE];
  return Float32Array.from({ length: count }, (_, i) => {
    const [row, column] = [y + NEIGHBOURS[i][0], x + NEIGHBOURS[i][1]];
    return row >= 0 && column >= 0 && column < SIDE ? image[row * SIDE + column] : 0;
  });
}

/** As `contextNumbers`, of one pixel of an image that is known up to it. */
export function contextNumberAt(image: Uint8Array, pixel: number, count: number): number {
  const [y, x] = [Math.floor(pixel / SIDE), pixel % SIDE];
  let number = 0;
  for (let k = 0; k < count; k++) {
    const [down, right] = NEIGHBOURS[k];
    const column = x + right;
    if (y + down >= 0 && column >= 0 && column < SIDE) number |= image[pixel + down * SIDE + right] << k;
  }
  return number;
}

function rowStart(y: number): number {
  return (y + MARGIN) * STRIDE + MARGIN;
}
