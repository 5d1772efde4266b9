// Why a file is kept as it was: a byte in its header, and what it means. Reports say more, as of which tags.

/** By name: the byte, which never changes its meaning, and the text. A reader takes a byte unknown to it as 0. */
const REASONS = {
  unsaid: [0, 'not said'],
  lossy: [1, 'lossy already'],
  animation: [2, 'an animation'],
  pages: [3, 'several pages'],
  'few-colours': [4, 'few colours'],
  drawing: [5, 'a drawing, not samples'],
  samples: [6, 'samples of no kind coded here'],
  alpha: [7, 'alpha that may be premultiplied'],
  rotated: [8, 'a rotation'],
  extras: [9, 'it holds what its pixels and metadata would not give back'],
  damaged: [10, 'damaged'],
  undecoded: [11, 'a format that is not decoded here'],
  'too-large': [12, 'beyond the limit of pixels'],
  'no-model': [13, 'no model for such images'],
  'not-smaller': [14, 'the model would not make it smaller'],
  'no-room': [15, 'the model had no room for it'],
} as const satisfies Record<string, readonly [number, string]>;

export type ReasonKind = keyof typeof REASONS;
export const REASON_KINDS = Object.keys(REASONS) as ReasonKind[];

/** Why a file is kept: the kind, which the file holds, and a sentence, which reports give. */
export interface Reason {
  readonly kind: ReasonKind;
  readonly text: string;
}

/** A reason, in words of its own or those of its kind. */
export function reasonOf(kind: ReasonKind, text?: string): Reason {
  return { kind, text: text ?? REASONS[kind][1] };
}

export function byteOfReason(kind: ReasonKind): number {
  return REASONS[kind][0];
}

export function reasonOfByte(byte: number): ReasonKind {
  return REASON_KINDS.find((kind) => REASONS[kind][0] === byte) ?? 'unsaid';
}
