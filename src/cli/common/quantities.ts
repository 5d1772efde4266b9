// Numbers as people write them: 500k, 24M, 1.5G.

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
