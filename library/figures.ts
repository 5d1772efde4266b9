// What coding an image cost: the figures that `compress` returns and the command line prints.

import type { CodeLengths } from '../codec/model/model.ts';
import type { Container, Description } from '../container/container.ts';

/** Bits per sample (sub-pixel). What only a model has is null elsewhere. */
export interface BitsPerDim {
  /** -log2 p(x|z) of the real-valued model at the latents drawn. */
  readonly likelihood: number | null;
  /** log2 q(z|x) - log2 p(z) of the real-valued model at the latents drawn. */
  readonly kl: number | null;
  /** likelihood + kl. */
  readonly negElbo: number | null;
  /** What the messages grew by. */
  readonly net: number | null;
  /** Seeded initial bits and the states of empty messages: in the file, not in net. */
  readonly initial: number | null;
  /** Every byte of the .vz file; null where the number of samples is not known. */
  readonly file: number | null;
  /** The samples as they are: the bit depth; null where it is not known. */
  readonly baseline: number | null;
}

export interface Report {
  /** Bytes of the input file; of the samples where there is no file. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** 0, as the five below, where nobody here reads it of a kept file. */
  readonly width: number;
  readonly height: number;
  readonly images: number;
  readonly channels: number;
  readonly bitDepth: number;
  /** Number of samples: images * width * height * channels. */
  readonly dims: number;
  /** Whether the file holds the image's pixels, or the file that it came from. */
  readonly kind: Container['kind'];
  readonly model: { readonly name: string; readonly id: string } | null;
  readonly bitsPerDim: BitsPerDim;
  readonly seconds: { readonly encode: number; readonly verify: number | null };
  /** Whether the file was decoded again and gave the input. */
  readonly verified: boolean;
  /** Why no trained model coded the image; null where one did. */
  readonly reason: string | null;
  /** What decoding writes differently from the input file, as in 'palette as RGB'. */
  readonly changes: readonly string[];
  /** Bytes that the preview takes; null where there is none. */
  readonly previewBytes: number | null;
}

/** What a report is made from. */
export interface Outcome {
  readonly file: Uint8Array;
  readonly inputBytes: number;
  readonly shape: Description;
  /** Whether the file holds the image's pixels, or the file that it came from. */
  readonly kind: Container['kind'];
  readonly model: { readonly name: string; readonly id: string } | null;
  readonly lengths: CodeLengths | null;
  readonly encodeSeconds: number;
  readonly reason: string | null;
  readonly changes: readonly string[];
  readonly previewBytes: number | null;
}

/** The report of a file that is not verified yet. */
export function reportOf(outcome: Outcome): Report {
  const { width, height, images, channels, bitDepth } = outcome.shape;
  const { file, inputBytes, kind, model, lengths, reason, changes, previewBytes } = outcome;
  const dims = images * width * height * channels;
  return {
    inputBytes,
    outputBytes: file.length,
    width,
    height,
    images,
    channels,
    bitDepth,
    dims,
    kind,
    model: model && { name: model.name, id: model.id },
    bitsPerDim: {
      likelihood: lengths && lengths.likelihood / dims,
      kl: lengths && lengths.kl / dims,
      negElbo: lengths && (lengths.likelihood + lengths.kl) / dims,
      net: lengths && lengths.net / dims,
      initial: lengths && lengths.initial / dims,
      file: dims === 0 ? null : (file.length * 8) / dims,
      baseline: bitDepth === 0 ? null : bitDepth,
    },
    seconds: { encode: outcome.encodeSeconds, verify: null },
    verified: false,
    reason,
    changes,
    previewBytes,
  };
}
