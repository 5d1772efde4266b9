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

/** What a pixel has, by its channels: 1 to 4. */
export function formatChannels(channels: number): string {
  return ['', 'grey', 'grey and alpha', 'RGB', 'RGB and alpha'][channels] ?? `${channels} channels`;
}

/** A share of 1 as per cent. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A time left: 0:07, 12:31, 3:05:00. */
export function formatClock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** An estimate, roundly: 45 seconds, 3 minutes, 1.5 hours, 12 days. */
export function formatAbout(seconds: number): string {
  const units = [
    ['day', 86400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  const [unit, length] = units.find(([, size]) => seconds >= 1.5 * size) ?? ['second', 1];
  const value = seconds / length;
  const step = value >= 10 ? 5 : length > 60 ? 0.5 : 1;
  const rounded = Math.max(1, Math.round(value / step) * step);
  return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`;
}
