// Numbers as people write them: 500k, 24M, 1.5G; and regions, 100,50,640,480.

import type { Region } from '../../../library/index.ts';

const QUANTITY = /^(\d+(?:\.\d+)?|\.\d+)([kMGT]?)B?$/i;
const UNITS = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 } as const;

/** For yargs' coerce: the number, whole and positive. Throws Error with what is wrong with the option of that name. */
export function quantityOf(option: string) {
  return (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const [, digits, unit] = QUANTITY.exec(text.trim()) ?? [];
    const value = Math.round(Number(digits) * UNITS[(unit?.toLowerCase() ?? '') as keyof typeof UNITS]);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new Error(`--${option} must be a number such as 24M or 1.5G, not '${text}'`);
    return value;
  };
}

/** For yargs' coerce: a region by its left, top, width and height. Throws Error for what is none. */
export function regionOf(text: string | undefined): Region | undefined {
  if (text === undefined) return undefined;
  const [x, y, width, height] = /^\d+(,\d+){3}$/.test(text.trim()) ? text.split(',').map(Number) : [];
  if (!(width >= 1 && height >= 1))
    throw new Error(`--region must be x,y,width,height in pixels, such as 100,50,640,480, not '${text}'`);
  return { x, y, width, height };
}
