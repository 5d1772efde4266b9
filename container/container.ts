// The .vz file, byte for byte (docs/FORMAT.md): writer and reader side by side, field by field in the same order.
//
//   magic, version, method, width, height, images, channels, bit depth,
//   checksum of the samples (not for stored), model id (model) or extension (stored),
//   kind of metadata, index (length and checksum of each section), sections, checksum of all bytes before it
//
// The last checksum stands at a place that no other field decides, so that no damaged byte goes unseen.

import { crc32 } from '../codec/bytes/checksum.ts';
import { ByteReader } from '../codec/bytes/reader.ts';
import { ByteWriter } from '../codec/bytes/writer.ts';
import { VaezipError } from '../codec/error.ts';
import { checkShape, MAX_SAMPLES, MAX_SIDE, type Shape, sampleCount } from '../codec/pixels/pixels.ts';
import { MAX_SAMPLES_PER_BYTE, MAX_SECTIONS, MAX_STORED_BIT_DEPTH, MAX_STORED_CHANNELS } from './limits.ts';

/** 0x89 and the line feed show transfers that drop the eighth bit or change line ends, as in PNG. */
const MAGIC = Uint8Array.of(0x89, 0x56, 0x5a, 0x0a);
export const FORMAT_VERSION = 1;

/** How the streams hold the image; the index is the byte in the file. */
const METHODS = ['stored', 'model', 'deflate'] as const;
export type Method = (typeof METHODS)[number];

/** What the metadata is; the index is the byte in the file. */
const METADATA_KINDS = ['none', 'png', 'idx'] as const;
export type MetadataKind = (typeof METADATA_KINDS)[number];

const CHECKSUM_BYTES = 4;
const ID_BYTES = 32;
/** Letters of the stored file's extension: what file systems show as one. */
const EXTENSION = /^[A-Za-z0-9]{0,15}$/;

/** Of a stored file the shape is a description: any number of channels and bits. */
export interface Description {
  readonly width: number;
  readonly height: number;
  readonly images: number;
  readonly channels: number;
  readonly bitDepth: number;
}

interface Fields {
  readonly metadataKind: MetadataKind;
  /** Packed (packed.ts); empty where the kind is 'none'. */
  readonly metadata: Uint8Array;
  readonly streams: readonly Uint8Array[];
}

interface Samples {
  readonly shape: Shape;
  /** CRC-32 of the samples' bytes, 16-bit samples least significant byte first. */
  readonly sampleChecksum: number;
}

export type Container =
  | (Fields & { readonly method: 'stored'; readonly shape: Description; readonly extension: string })
  | (Fields & Samples & { readonly method: 'model'; readonly modelId: string })
  | (Fields & Samples & { readonly method: 'deflate' });

/** The file's bytes. Throws VaezipError 'bad-argument' or 'too-large' for what the format cannot hold. */
export function writeContainer(container: Container): Uint8Array {
  const { method, shape, metadataKind, metadata, streams } = container;
  const writer = new ByteWriter();
  writer.bytes(MAGIC);
  writer.uint8(FORMAT_VERSION);
  writer.uint8(METHODS.indexOf(method));
  writer.varint(shape.width);
  writer.varint(shape.height);
  writer.varint(shape.images);
  writer.varint(shape.channels);
  writer.varint(shape.bitDepth);
  if (method === 'stored') {
    if (!EXTENSION.test(container.extension))
      throw new VaezipError('bad-argument', `'${container.extension}' is not a file name's extension`);
    writer.varint(container.extension.length);
    writer.bytes(new TextEncoder().encode(container.extension));
  } else {
    checkShape(container.shape);
    writer.uint32(container.sampleChecksum);
    if (method === 'model') writer.bytes(bytesOfId(container.modelId));
  }
  writer.uint8(METADATA_KINDS.indexOf(metadataKind));
  const sections = metadataKind === 'none' ? streams : [metadata, ...streams];
  if (sections.length > MAX_SECTIONS)
    throw new VaezipError('too-large', `${sections.length} sections: a file holds at most ${MAX_SECTIONS}`);
  writer.varint(sections.length);
  for (const section of sections) {
    writer.varint(section.length);
    writer.uint32(crc32(section));
  }
  for (const section of sections) writer.bytes(section);
  const file = writer.finish(CHECKSUM_BYTES);
  const end = file.length - CHECKSUM_BYTES;
  new DataView(file.buffer).setUint32(end, crc32(file.subarray(0, end)), true);
  return file;
}

/**
 * The fields of a .vz file; sections are views of its bytes.
 * @throws VaezipError 'bad-file' for anything that `writeContainer` cannot have written.
 */
export function readContainer(file: Uint8Array): Container {
  const content = checkedContent(file, startOfContent(file));
  const { method, description, extension, sampleChecksum, modelId } = readHead(content);
  if (method === 'stored') return { method, shape: description, extension, ...readFields(content) };
  const shape = checkedShape(description, file.length);
  if (method === 'deflate') return { method, shape, sampleChecksum, ...readFields(content) };
  return { method, shape, sampleChecksum, modelId, ...readFields(content) };
}

/** What a file says before its sections. */
export interface Header {
  readonly method: Method;
  readonly shape: Description;
  /** Of a stored file's name; empty for other methods. */
  readonly extension: string;
  /** Of the model that the file needs; empty where it needs none. */
  readonly modelId: string;
  readonly metadataKind: MetadataKind;
}

/** Bytes that hold every header. */
export const MAX_HEADER_BYTES = 128;

/**
 * The header by the file's first MAX_HEADER_BYTES bytes alone, no checksum checked: good for plans.
 * @throws VaezipError 'bad-file' for what is no header.
 */
export function peekHeader(start: Uint8Array): Header {
  const content = startOfContent(start);
  const { method, description, extension, modelId } = readHead(content);
  const metadataKind = choice(content.uint8(), METADATA_KINDS, 'kind of metadata');
  return { method, shape: description, extension, modelId, metadataKind };
}

/** Whether the bytes start as a .vz file does. */
export function isContainer(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((byte, index) => bytes[index] === byte);
}

/** A reader that stands behind the version. */
function startOfContent(file: Uint8Array): ByteReader {
  const reader = new ByteReader(file);
  if (!isContainer(file)) throw new VaezipError('bad-file', 'not a .vz file');
  reader.take(MAGIC.length);
  const version = reader.uint8();
  if (version !== FORMAT_VERSION)
    throw new VaezipError(
      'bad-file',
      `format version ${version} is not known here (only ${FORMAT_VERSION}): a newer vaezip may read it`,
    );
  return reader;
}

/** A reader of what lies between the version and the last checksum, which is checked. */
function checkedContent(file: Uint8Array, reader: ByteReader): ByteReader {
  if (reader.remaining < CHECKSUM_BYTES) throw new VaezipError('bad-file', 'the file is truncated');
  const content = reader.take(reader.remaining - CHECKSUM_BYTES);
  if (reader.uint32() !== crc32(file.subarray(0, file.length - CHECKSUM_BYTES)))
    throw new VaezipError('bad-file', 'the file is damaged or truncated: its checksum does not fit');
  return new ByteReader(content);
}

/** The fields before the kind of metadata; those that a method does not have are empty or 0. */
function readHead(reader: ByteReader) {
  const method = choice(reader.uint8(), METHODS, 'method');
  const width = reader.varint('width', MAX_SIDE);
  const height = reader.varint('height', MAX_SIDE);
  const images = reader.varint('number of images', MAX_SAMPLES);
  const channels = reader.varint('number of channels', MAX_STORED_CHANNELS);
  const bitDepth = reader.varint('bit depth', MAX_STORED_BIT_DEPTH);
  const description = { width, height, images, channels, bitDepth };
  const stored = method === 'stored';
  const extension = stored ? readExtension(reader) : '';
  const sampleChecksum = stored ? 0 : reader.uint32();
  const modelId = method === 'model' ? idOfBytes(reader.take(ID_BYTES)) : '';
  return { method, description, extension, sampleChecksum, modelId };
}

function readExtension(reader: ByteReader): string {
  const extension = String.fromCharCode(...reader.take(reader.varint('length of the extension', 15)));
  if (!EXTENSION.test(extension)) throw new VaezipError('bad-file', 'the stored extension is not one');
  return extension;
}

function readFields(reader: ByteReader): Fields {
  const metadataKind = choice(reader.uint8(), METADATA_KINDS, 'kind of metadata');
  const count = reader.varint('number of sections', MAX_SECTIONS);
  const index: { length: number; checksum: number }[] = [];
  for (let section = 0; section < count; section++)
    index.push({ length: reader.varint('length of a section', reader.remaining), checksum: reader.uint32() });
  const sections = index.map(({ length, checksum }, section) => {
    const bytes = reader.take(length);
    if (crc32(bytes) !== checksum)
      throw new VaezipError('bad-file', `section ${section} is damaged: its checksum does not fit`);
    return bytes;
  });
  reader.end();
  if (metadataKind === 'none') return { metadataKind, metadata: new Uint8Array(0), streams: sections };
  if (count === 0) throw new VaezipError('bad-file', 'the metadata announced are missing');
  return { metadataKind, metadata: sections[0], streams: sections.slice(1) };
}

function checkedShape(description: Description, fileBytes: number): Shape {
  const shape = description as Shape;
  try {
    checkShape(shape);
  } catch (error) {
    throw new VaezipError('bad-file', error instanceof Error ? error.message : String(error));
  }
  if (sampleCount(shape) > fileBytes * MAX_SAMPLES_PER_BYTE)
    throw new VaezipError('bad-file', `${fileBytes} bytes cannot hold ${sampleCount(shape)} samples`);
  return shape;
}

function choice<T>(value: number, choices: readonly T[], name: string): T {
  if (value >= choices.length)
    throw new VaezipError('bad-file', `${name} ${value} is not known here: a newer vaezip may read it`);
  return choices[value];
}

function bytesOfId(id: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(id))
    throw new VaezipError('bad-argument', `a model's id is 64 hexadecimal digits, not '${id}'`);
  return Uint8Array.from({ length: ID_BYTES }, (_, index) =>
    Number.parseInt(id.slice(2 * index, 2 * index + 2), 16),
  );
}

function idOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
