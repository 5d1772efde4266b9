// The split of a .vz file: what its bits are there for, in rows that sum to the file.
import { readContainer } from '../../container/container.ts';
import type { MeasuredImage } from '../../library/index.ts';

export interface Part {
  readonly name: string;
  readonly what: string;
  readonly bits: number;
  /** Whether it is the sum of rows above. */
  readonly isSum?: boolean;
}

/** The parts of a coded image's file: what surrounds, what the model says, what the coder adds. */
export function splitOf({ file, report, costs }: MeasuredImage): Part[] {
  const container = readContainer(file);
  if (container.kind !== 'image') throw new RangeError('a kept file has no parts');
  const inBits = (parts: Iterable<Uint8Array>) => [...parts].reduce((sum, { length }) => sum + 8 * length, 0);
  const coded = inBits(container.groups) + inBits(Object.values(container.sides));
  const metadata = inBits([container.metadata]);
  const ofAll = (bitsPerDim: number | null) => (bitsPerDim ?? 0) * report.dims;
  const { likelihood, kl, net, initial } = report.bitsPerDim;
  const [model, latents, grown, seeds] = [likelihood, kl, net, initial].map(ofAll);
  return [
    { name: 'Header', what: 'shape, model, checksums, index', bits: 8 * file.length - coded - metadata },
    { name: 'Metadata', what: 'colour profile, EXIF, text', bits: metadata },
    { name: 'Beside the samples', what: 'alpha, tables of levels', bits: costs.beside },
    { name: 'Likelihood', what: '-log p(x|z), of the real-valued model', bits: model - costs.beside },
    { name: 'KL', what: 'log q(z|x) - log p(z), at the latents drawn', bits: latents },
    {
      name: 'Coder: integers',
      what: 'frequencies and bins in place of real numbers',
      bits: grown - model - latents,
    },
    { name: 'Net', what: 'what the messages grew by: the four above', bits: grown, isSum: true },
    { name: 'Initial bits', what: 'what the messages began with', bits: seeds },
    { name: 'Coder: words', what: 'whole words of 32 bits, lengths of streams', bits: coded - grown - seeds },
    { name: 'File', what: 'every byte', bits: 8 * file.length, isSum: true },
  ];
}
