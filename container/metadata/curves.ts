// Tables of tone curves in ICC profiles, made easy to pack: each value gives way to what its two predecessors, extended
// in a straight line, miss it by, and the high bytes of a table stand before its low ones (as JPEG XL does it, ISO/IEC
// 18181-1, annex E). Which bytes are tables, both directions find in the same way: from the profile's table of tags.

const TAGS_OFFSET = 128;
const ENTRY_BYTES = 12;
/** Signature, reserved bytes and count before a curve's values. */
const CURVE_HEADER = 12;
const CURVE_TYPE = 0x63757276;
/** As many as a profile of any sense has, so that no damaged one takes long. */
const MAX_TAGS = 256;

/** The bytes of a profile, or of anything, with the tables of its curves as differences. */
export function differencesOfCurves(profile: Uint8Array): Uint8Array {
  const coded = profile.slice();
  eachTable(coded, (table) => {
    const values = new DataView(profile.buffer, profile.byteOffset + table.byteOffset, table.length);
    const count = table.length / 2;
    let [last, slope] = [0, 0];
    for (let index = 0; index < count; index++) {
      const value = values.getUint16(2 * index);
      const miss = ((value - last - slope) << 16) >> 16;
      const folded = (miss << 1) ^ (miss >> 15);
      table[index] = folded >> 8;
      table[count + index] = folded;
      slope = value - last;
      last = value;
    }
  });
  return coded;
}

/** Undoes `differencesOfCurves`, for profiles whose tables do not hide further tables. */
export function curvesOfDifferences(coded: Uint8Array): Uint8Array {
  const profile = coded.slice();
  eachTable(profile, (table) => {
    const count = table.length / 2;
    const source = table.slice();
    const values = new DataView(table.buffer, table.byteOffset, table.length);
    let [last, slope] = [0, 0];
    for (let index = 0; index < count; index++) {
      const folded = ((source[index] << 8) | source[count + index]) & 0xffff;
      const value = (last + slope + ((folded >> 1) ^ -(folded & 1))) & 0xffff;
      values.setUint16(2 * index, value);
      slope = value - last;
      last = value;
    }
  });
  return profile;
}

/** Visits the values of each curve with two or more, in the order of the tags, those of overlapping curves once. */
function eachTable(bytes: Uint8Array, visit: (table: Uint8Array) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < TAGS_OFFSET + 4) return;
  const tags = Math.min(view.getUint32(TAGS_OFFSET), MAX_TAGS);
  const first = TAGS_OFFSET + 4 + ENTRY_BYTES * tags;
  const done: { readonly start: number; readonly end: number }[] = [];
  for (let tag = 0; tag < tags; tag++) {
    const entry = TAGS_OFFSET + 4 + ENTRY_BYTES * tag;
    if (entry + ENTRY_BYTES > bytes.length) return;
    const start = view.getUint32(entry + 4);
    const values = start + CURVE_HEADER;
    if (start < first || values > bytes.length || overlaps(start, values)) continue;
    const end = values + 2 * view.getUint32(values - 4);
    if (view.getUint32(start) !== CURVE_TYPE || end < values + 4) continue;
    if (end > bytes.length || overlaps(start, end)) continue;
    done.push({ start, end });
    visit(bytes.subarray(values, end));
  }

  function overlaps(start: number, end: number): boolean {
    return done.some((other) => start < other.end && other.start < end);
  }
}
