// The option --betas.

/** The numbers of --betas; NaN for what is none. */
export function parseBetas(betas: string): number[] {
  return String(betas)
    .split(',')
    .map((beta) => (beta.trim() === '' ? Number.NaN : Number(beta)));
}
