// How well a score tells one set from another.

/**
 * The area under the ROC curve: the share of pairs in which the odd one has the higher score; ties count half. 1: all
 * odd ones lie above all ordinary ones, 1/2: nothing is told, 0: all lie below.
 */
export function auroc(odd: ArrayLike<number>, ordinary: ArrayLike<number>): number {
  const sorted = Float64Array.from(ordinary).sort();
  let sum = 0;
  for (let i = 0; i < odd.length; i++)
    sum += (countBelow(sorted, odd[i], false) + countBelow(sorted, odd[i], true)) / 2;
  return sum / (odd.length * sorted.length);
}

/** How many sorted values are less than x, or at most x. */
function countBelow(sorted: Float64Array, x: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x || (orEqual && sorted[middle] === x)) low = middle + 1;
    else high = middle;
  }
  return low;
}
