// Numbers as people read them.

/** Bytes in decimal units, three digits: 980 B, 1.25 kB, 36.1 MB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = bytes;
  // 999.5 would round to a fourth digit
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

/** Bits per dimension with three decimals; a dash where there is no such figure. */
export function formatBits(bits: number | null): string {
  return bits === null ? '-' : bits.toFixed(3);
}

/** A share of 1 as per cent. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
