// Neighbours of a sample, nearest first, for the least-squares predictors: columns and rows of
// distance, as pairs of bytes.

/** Of the own plane, causal. */
const OWN = memory.data<i8>([
  -1, 0, 0, -1, -1, -1, 1, -1, -2, 0, 0, -2, -1, -2, 1, -2, -2, -1, 2, -1, -2, -2, 2, -2, -3, 0, 0, -3, -3,
  -1, 3, -1, -1, -3, 1, -3, -4, 0, 3, -2, -3, -2, -2, -3, 2, -3, 3, -3,
]);
/** Of a plane already coded: it is known up to one sample to the right. */
const CODED = memory.data<i8>([0, 0, -1, 0, 0, -1, -1, -1, 1, 0, 1, -1, 2, -1, -2, 0, 0, -2, -2, -1]);
/** Of a plane still to come: the rows above. */
const LATER = memory.data<i8>([0, -1, 1, -1, -1, -1, 0, -2, 2, -1, -2, -1]);

/** Neighbours in the lists, and how many of them a plane may have in all. */
@inline export const MOST_OWN: i32 = 24;
@inline export const MOST_CODED: i32 = 10;
@inline export const MOST_LATER: i32 = 6;
@inline export const MOST_NEIGHBOURS: i32 = 32;

/** Lists of neighbours: own, of coded planes, of later planes. */
@inline export const OWN_LIST: i32 = 0;
@inline export const CODED_LIST: i32 = 1;
@inline export const LATER_LIST: i32 = 2;

@inline
function pair(list: i32, index: i32): usize {
  return (list == OWN_LIST ? OWN : list == CODED_LIST ? CODED : LATER) + ((<usize>index) << 1);
}

/** Columns to the right of the sample. */
@inline
export function neighbourColumn(list: i32, index: i32): i32 {
  return load<i8>(pair(list, index));
}

/** Rows below the sample: 0 to -3. */
@inline
export function neighbourRow(list: i32, index: i32): i32 {
  return load<i8>(pair(list, index), 1);
}
