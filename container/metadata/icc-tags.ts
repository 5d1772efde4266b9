// ICC colour profiles (ICC.1:2022, sections 7 and 10) put together from their fields: the header, the table of tags,
// and the data of the tags in the order of the table. Numbers are given as they lie in the file, in 65536ths where they
// are s15Fixed16. Only what the profiles of known-profiles.ts need.

/** The fields of the header in which profiles differ; the others are fixed or zero. */
export interface IccHeader {
  /** Signature of the preferred colour management module, 4 characters, or empty. */
  readonly module: string;
  readonly version: number;
  /** Year, month, day, hour, minute, second. */
  readonly created: readonly number[];
  readonly platform: string;
  readonly manufacturer: string;
  readonly model?: string;
  readonly intent?: number;
  readonly creator: string;
  /** MD5 of the profile as 32 hexadecimal digits, or none. */
  readonly id?: string;
}

/** A tag's signature and its data, or the signature of an earlier tag whose data it shares. */
export type IccTag = readonly [signature: string, data: Uint8Array | string];

const HEADER_BYTES = 128;
const ENTRY_BYTES = 12;
/** Bytes of a v2 description's part for the Macintosh's scripts. */
const SCRIPT_BYTES = 67;

/** The profile's bytes. */
export function iccProfile(header: IccHeader, tags: readonly IccTag[]): Uint8Array {
  const table: Uint8Array[] = [big32(tags.length)];
  const body: Uint8Array[] = [];
  const places = new Map<string, Uint8Array>();
  let offset = HEADER_BYTES + 4 + tags.length * ENTRY_BYTES;
  for (const [signature, data] of tags) {
    if (typeof data !== 'string') {
      const padding = -data.length & 3;
      places.set(signature, join(big32(offset), big32(data.length)));
      body.push(data, new Uint8Array(padding));
      offset += data.length + padding;
    }
    const place = places.get(typeof data === 'string' ? data : signature) ?? new Uint8Array(0);
    table.push(ascii(signature), place);
  }
  return join(headerBytes(header, offset), ...table, ...body);
}

/** XYZType: one colour. */
export function xyz(...values: readonly [number, number, number]): Uint8Array {
  return join(typed('XYZ '), ...values.map(big32));
}

/** s15Fixed16ArrayType. */
export function fixedArray(...values: readonly number[]): Uint8Array {
  return join(typed('sf32'), ...values.map(big32));
}

/** textType. */
export function text(value: string): Uint8Array {
  return join(typed('text'), ascii(value), new Uint8Array(1));
}

/** textDescriptionType of version 2: ASCII, no Unicode, and for the Macintosh the same again. */
export function description(value: string): Uint8Array {
  const bytes = join(ascii(value), new Uint8Array(1));
  const script = new Uint8Array(SCRIPT_BYTES + 1);
  script[0] = bytes.length;
  script.set(bytes, 1);
  return join(typed('desc'), big32(bytes.length), bytes, new Uint8Array(10), script);
}

/** multiLocalizedUnicodeType with one text, in American English. */
export function localized(value: string): Uint8Array {
  const utf16 = Uint8Array.from({ length: 2 * value.length }, (_, index) => {
    const unit = value.charCodeAt(index >> 1);
    return index % 2 === 0 ? unit >> 8 : unit & 0xff;
  });
  return join(typed('mluc'), big32(1), big32(12), ascii('enUS'), big32(utf16.length), big32(28), utf16);
}

/** parametricCurveType: the number of the function, its parameters. */
export function parametricCurve(kind: number, ...parameters: readonly number[]): Uint8Array {
  return join(typed('para'), big32(kind << 16), ...parameters.map(big32));
}

/** curveType: one value is a gamma in 256ths, several are a table. */
export function curve(...values: readonly number[]): Uint8Array {
  return join(typed('curv'), big32(values.length), ...values.map(big16));
}

/** signatureType. */
export function signature(value: string): Uint8Array {
  return join(typed('sig '), ascii(value));
}

/** Data of any type: its signature and whole numbers of 32 bits. */
export function numbers(type: string, ...values: readonly number[]): Uint8Array {
  return join(typed(type), ...values.map(big32));
}

function headerBytes(header: IccHeader, size: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const signatures: readonly (readonly [number, string])[] = [
    [4, header.module],
    [12, 'mntrRGB XYZ '],
    [36, 'acsp'],
    [40, header.platform],
    [48, header.manufacturer],
    [52, header.model ?? ''],
    [80, header.creator],
  ];
  view.setUint32(0, size);
  view.setUint32(8, header.version);
  header.created.forEach((value, index) => {
    view.setUint16(24 + 2 * index, value);
  });
  for (const [offset, value] of signatures) bytes.set(ascii(value), offset);
  view.setUint32(64, header.intent ?? 0);
  [0xf6d6, 0x10000, 0xd32d].forEach((value, index) => {
    view.setUint32(68 + 4 * index, value); // the illuminant D50
  });
  const id = header.id?.match(/../g) ?? [];
  bytes.set(
    id.map((digits) => Number.parseInt(digits, 16)),
    84,
  );
  return bytes;
}

/** A type's signature and its four reserved bytes. */
function typed(type: string): Uint8Array {
  return join(ascii(type), new Uint8Array(4));
}

function big32(value: number): Uint8Array {
  return Uint8Array.of(value >> 24, value >> 16, value >> 8, value);
}

function big16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value);
}

/** The characters' codes, below 256 each. */
export function ascii(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

/** All parts, one behind the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
