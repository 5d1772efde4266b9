// Labels that would overlap, moved apart as little as possible.

/**
 * Positions at least `gap` apart, in the order of `wanted`, with the least sum of squared moves: isotonic regression of
 * wanted[i] - i * gap over the sorted positions, by pooling adjacent violators.
 * @param {number[]} wanted
 * @param {number} gap
 */
export function spread(wanted, gap) {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b]);
  const blocks = [];
  order.forEach((index, rank) => {
    let block = { mean: wanted[index] - rank * gap, count: 1 };
    while (blocks.length > 0 && blocks.at(-1).mean > block.mean) {
      const before = blocks.pop();
      const count = before.count + block.count;
      block = { mean: (before.mean * before.count + block.mean * block.count) / count, count };
    }
    blocks.push(block);
  });
  const levels = blocks.flatMap(({ mean, count }) => Array(count).fill(mean));
  const positions = [];
  order.forEach((index, rank) => {
    positions[index] = levels[rank] + rank * gap;
  });
  return positions;
}
