// Where weights lie and how they are read. Stores differ in that alone; what the weights mean is models.ts's business.

/** A file NAME.safetensors, perhaps with a card NAME.json beside it. */
export interface ModelFile {
  readonly name: string;
  /** Path in Node, address in a browser. */
  readonly location: string;
  /** SHA-256 of the weights, where that is known without reading them; else null. */
  readonly id: string | null;
}

/** Weights as read. */
export interface Weights {
  readonly bytes: Uint8Array;
  /** Their SHA-256, in hexadecimal digits. */
  readonly id: string;
}

export interface ModelStore {
  /** Where it looks, for messages. */
  places(): string;
  /** The models here, those that ship first; of two of one name the first counts. No weights are read. */
  list(): Promise<ModelFile[]>;
  /** Where it should look and cannot, a sentence each; what it finds elsewhere counts all the same. */
  problems(): Promise<readonly string[]>;
  /** The model whose id begins so, null without one. Weights are read only where no list tells their ids. */
  find(id: string): Promise<ModelFile | null>;
  /**
   * Each file is read and hashed once a process.
   * @throws VaezipError 'unknown-model' when it cannot be read, 'bad-file' when its hash is not the id that is known.
   */
  weights(file: ModelFile): Promise<Weights>;
  /** A model's card, null without one. Throws VaezipError 'unknown-model' or 'bad-file' when it cannot be read. */
  card(file: ModelFile): Promise<Record<string, unknown> | null>;
}

/** Of a model that ships: what a store needs to know. */
export interface ShippedFile {
  readonly name: string;
  readonly id: string;
  readonly weights: () => URL;
}
