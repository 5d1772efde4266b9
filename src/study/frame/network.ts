// A network that a study trains: plain data, so that it can be sent to a thread.

export interface Network {
  /** Of its weights' file: the claim's name first, as in 'toy-vae-spirals'. */
  readonly name: string;
  /** A name in recipes.ts. */
  readonly recipe: string;
  /** What that recipe takes. */
  readonly options: unknown;
  /** Weight of the KL; 1 unless given. */
  readonly beta?: number;
  readonly steps: number;
}
