// The error class of the project: a code for programs, a sentence for people.

export type ErrorCode =
  | 'bad-argument' // the caller's values make no sense: wrong usage
  | 'bad-input' // not an image, or one that cannot be read
  | 'bad-file' // not a .vz file, or a damaged or truncated one
  | 'unknown-model' // the weights that a file needs are not here
  | 'too-large' // beyond the limits of the format or of memory
  | 'exists' // would overwrite something
  | 'missing-package'; // an optional package is needed

/** Says what is wrong and what would be right, in one line. */
export class VaezipError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VaezipError';
    this.code = code;
  }
}

/** Memory that is not there: elsewhere, or with fewer threads, the same call may succeed. */
export class OutOfMemory extends VaezipError {
  constructor(message: string, options?: ErrorOptions) {
    super('too-large', message, options);
  }
}
