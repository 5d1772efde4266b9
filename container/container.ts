// The .vz file, byte for byte (docs/FORMAT.md): writer and reader side by side, field by field in the same order.
//
//   an image:     signature, form, width, height, images, depths, model, checksum of the samples, sections, checksum
//   a kept file:  signature, name, reason, width, height, images, channels, bit depth, sections, checksum
//
// The last checksum, of all bytes before it, stands at a place that no other field decides, so that no damaged byte
// goes unseen. Sections have a type, so that a reader leaves out what it does not know and may.
import { crc32 } from '../codec/bytes/checksum.ts';
import { ByteReader } from '../codec/bytes/reader.ts';
import { ByteWriter } from '../codec/bytes/writer.ts';
import { VaezipError } from '../codec/error.ts';
import type { Coded } from '../codec/model/model.ts';
import { checkShape, MAX_SAMPLES, MAX_SIDE, type Shape, sampleCount } from '../codec/pixels/pixels.ts';
import { MAX_KEPT_BIT_DEPTH, MAX_KEPT_CHANNELS, MAX_SAMPLES_PER_BYTE } from './limits.ts';
import { checkStoredName, MAX_NAME_BYTES } from './names.ts';
import { byteOfReason, type ReasonKind, reasonOfByte } from './reasons.ts';
import { type GroupIndex, isWholeGroup, peekSections, readSections, writeSections } from './sections.ts';
import { byteOfForm, formOfByte, type SourceForm } from './source-form.ts';

/** 0x89 and the line ends show transfers that drop the eighth bit or change line ends, as in PNG. */
const SIGNATURE = Uint8Array.of(0x89, 0x56, 0x5a);
/** The signature's last byte: what the file holds, and version 1 of the format. */
const KINDS = { image: 0x0a, kept: 0x0d } as const;
/** That of an archive (archive/parts.ts). */
const ARCHIVE = 0x41;
export const FORMAT_VERSION = 1;

// The byte of an image's form: number of channels less 1, flags, bytes of the model's id.
const CHANNELS = 0b11;
const SEVERAL_IMAGES = 0b100;
const DEPTHS = 0b1000;
const ID_SHIFT = 4;
const MAX_ID_BYTES = 8;
/** Bytes of its SHA-256 that a model is named by: the samples' checksum tells if ever two have the same. */
const ID_BYTES = 3;

/** Of the checksum at the end. */
export const CHECKSUM_BYTES = 4;

/** What goes with the pixels and is not one: PNG chunks, or the note that they were an idx file. */
export type MetadataKind = 'none' | 'png' | 'idx';

/** Of a kept file the shape is a description: any number of channels and bits, 0 for what is not known. */
export interface Description {
  readonly width: number;
  readonly height: number;
  readonly images: number;
  readonly channels: number;
  readonly bitDepth: number;
}

export interface ImageContainer extends Coded {
  readonly kind: 'image';
  /** What is stored of the name of the file that went in (names.ts); null where nothing is. */
  readonly name: Uint8Array | null;
  /** What that file was like, where decoding writes it differently; null where it does not, or nobody knows. */
  readonly form: SourceForm | null;
  readonly shape: Shape;
  /** First hexadecimal digits of the model's id; empty for the plain model, which has no weights. */
  readonly modelId: string;
  /** CRC-32 of the samples' bytes, 16-bit samples least significant byte first. */
  readonly sampleChecksum: number;
  readonly metadataKind: MetadataKind;
  /** Packed (metadata/packed-metadata.ts); empty where the kind is not 'png'. */
  readonly metadata: Uint8Array;
  /**
   * What makes the bytes of the file that went in, or one of its form, again; null where nothing does, or where it is
   * the start of a stream, which decoding tells (recipe-start.ts).
   */
  readonly recipe: Uint8Array | null;
  /** A small picture of it: a .vz file as `bareFile` has it; null where there is none. */
  readonly preview: Uint8Array | null;
}

export interface KeptContainer {
  readonly kind: 'kept';
  /** As of an image. */
  readonly name: Uint8Array | null;
  readonly reason: ReasonKind;
  readonly shape: Description;
  readonly bytes: Uint8Array;
}

export type Container = ImageContainer | KeptContainer;

/** All of an image but its groups. */
export type ImageHead = Omit<ImageContainer, 'groups'>;

/** The id by which files name a model, of its whole one. */
export function shortId(id: string): string {
  return id.slice(0, 2 * ID_BYTES);
}

/** The file's bytes. Throws VaezipError 'bad-argument' or 'too-large' for what the format cannot hold. */
export function writeContainer(container: Container): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(SIGNATURE);
  writer.uint8(KINDS[container.kind]);
  if (container.kind === 'image') writeImage(writer, container);
  else writeKept(writer, container);
  const file = writer.finish(CHECKSUM_BYTES);
  const end = file.length - CHECKSUM_BYTES;
  new DataView(file.buffer).setUint32(end, crc32(file.subarray(0, end)), true);
  return file;
}

/**
 * The fields of a .vz file; bytes in them are views of its bytes.
 * @throws VaezipError 'bad-file' for anything that `writeContainer` cannot have written.
 */
export function readContainer(file: Uint8Array): Container {
  const { container, damagedGroups, intact } = readDamaged(file);
  if (damagedGroups.length > 0)
    throw new VaezipError('bad-file', `the file is damaged, in the groups ${damagedGroups.join(', ')}`);
  if (!intact) throw damaged();
  return container;
}

/** What can be read of a file, damaged or not. */
export interface ReadDamaged {
  readonly container: Container;
  /** Numbers of the groups whose checksums do not fit; a single group has none of its own. */
  readonly damagedGroups: readonly number[];
  /** Whether the file's checksum fits; if it does not, any field may be another than was written. */
  readonly intact: boolean;
}

/** As `readContainer`, but of files whose checksums do not fit as well, as long as their sections come apart. */
export function readDamaged(file: Uint8Array): ReadDamaged {
  const { container, index } = parseContainer(file);
  const intact = isIntact(file);
  if (!index || container.kind === 'kept') return { container, damagedGroups: [], intact };
  const numbers = [...container.groups.keys()];
  const damagedGroups = numbers.filter((number) => !isWholeGroup(index, number, container.groups[number]));
  return { container, damagedGroups, intact };
}

/**
 * What a file holds, no checksum checked. Of what is damaged, no more is told than that, unless it is groups. Of
 * several groups, a start with all that stands before them will do: `fileBytes` is what the whole file has.
 */
export function parseContainer(file: Uint8Array, fileBytes = file.length): Parsed {
  const reader = new ByteReader(file);
  const kind = readSignature(reader);
  if (reader.remaining < CHECKSUM_BYTES) throw new VaezipError('bad-file', 'the file is truncated');
  const content = new ByteReader(reader.take(reader.remaining - CHECKSUM_BYTES));
  try {
    return kind === 'image' ? readImage(content, fileBytes) : readKept(content);
  } catch (error) {
    throw isIntact(file) ? error : damaged();
  }
}

function isIntact(file: Uint8Array): boolean {
  const end = file.length - CHECKSUM_BYTES;
  return new ByteReader(file.subarray(end)).uint32() === crc32(file.subarray(0, end));
}

/** Of which no more is known than that. */
export function damaged(): VaezipError {
  return new VaezipError('bad-file', 'the file is damaged or truncated: its checksum does not fit');
}

/** What a file says before its sections, and of its name and metadata, which come first among them. */
export type Header =
  | Pick<ImageContainer, 'kind' | 'name' | 'form' | 'modelId' | 'sampleChecksum' | 'shape' | 'metadataKind'>
  | Pick<KeptContainer, 'kind' | 'name' | 'reason' | 'shape'>;

/** Bytes that hold all that. */
export const MAX_HEADER_BYTES = 512;

/**
 * The header by the file's first MAX_HEADER_BYTES bytes alone, no checksum checked: good for plans.
 * @throws VaezipError 'bad-file' for what is no header.
 */
export function peekHeader(start: Uint8Array): Header {
  const reader = new ByteReader(start);
  if (readSignature(reader) === 'kept') return { kind: 'kept', ...readKeptHead(reader) };
  const head = readImageHead(reader);
  const { name, form, kind } = peekSections(reader);
  if (name) checkStoredName(name);
  const described = { name, form: form?.length === 1 ? formOfByte(form[0]) : null };
  const metadataKind = kind === 'png' || kind === 'idx' ? kind : 'none';
  return { kind: 'image', ...described, ...head, metadataKind };
}

/** What an archive holds of a file, by checksums of its own: all but the signature's first bytes and the checksum. */
export function bareFile(file: Uint8Array): Uint8Array {
  return file.subarray(SIGNATURE.length, file.length - CHECKSUM_BYTES);
}

/** Undoes `bareFile`. */
export function fileOfBare(bare: Uint8Array): Uint8Array {
  const file = new Uint8Array(SIGNATURE.length + bare.length + CHECKSUM_BYTES);
  file.set(SIGNATURE);
  file.set(bare, SIGNATURE.length);
  const end = file.length - CHECKSUM_BYTES;
  new DataView(file.buffer).setUint32(end, crc32(file.subarray(0, end)), true);
  return file;
}

/** Whether the bytes start as a .vz file does. */
export function isContainer(bytes: Uint8Array): boolean {
  return bytes.length >= SIGNATURE.length && SIGNATURE.every((byte, index) => bytes[index] === byte);
}

function readSignature(reader: ByteReader): Container['kind'] {
  if (reader.remaining <= SIGNATURE.length || !isContainer(reader.take(SIGNATURE.length)))
    throw new VaezipError('bad-file', 'not a .vz file');
  const last = reader.uint8();
  if (last === KINDS.image) return 'image';
  if (last === KINDS.kept) return 'kept';
  if (last === ARCHIVE)
    throw new VaezipError(
      'bad-file',
      'an archive of many images: list shows and unpack writes what is in it',
    );
  throw new VaezipError(
    'bad-file',
    `a .vz file of the kind ${last} is not known here (version ${FORMAT_VERSION}): a newer vaezip may read it`,
  );
}

function writeImage(writer: ByteWriter, container: ImageContainer): void {
  const {
    name,
    form,
    shape,
    modelId,
    sampleChecksum,
    metadataKind,
    metadata,
    recipe,
    preview,
    sides,
    groups,
  } = container;
  checkShape(shape);
  if (name) checkOwnName(name);
  const { width, height, channels, images, bitDepth } = shape;
  const id = bytesOfId(modelId);
  const several = images > 1 ? SEVERAL_IMAGES : 0;
  const depths = bitDepth === 8 ? 0 : DEPTHS;
  writer.uint8((channels - 1) | several | depths | (id.length << ID_SHIFT));
  writer.varint(width);
  writer.varint(height);
  if (several) writer.varint(images);
  if (depths) for (let channel = 0; channel < channels; channel++) writer.varint(bitDepth);
  writer.bytes(id);
  writer.uint32(sampleChecksum);
  writeSections(writer, {
    ...(name && { name }),
    ...(form && { form: Uint8Array.of(byteOfForm(form)) }),
    ...(metadataKind === 'none' ? {} : { [metadataKind]: metadata }),
    ...(recipe && { recipe }),
    ...(preview && { preview }),
    ...sides,
    ...{ groups, hasStart: container.hasStart },
  });
}

/** A container, and the index of its groups where they are several. */
export interface Parsed {
  readonly container: Container;
  readonly index: GroupIndex | null;
}

function readImage(reader: ByteReader, fileBytes: number): Parsed {
  const head = readImageHead(reader);
  checkDecodable(head.shape, fileBytes);
  const { sections, index } = readSections(reader);
  const {
    name = null,
    form,
    png,
    idx,
    recipe = null,
    preview = null,
    groups,
    hasStart,
    kept,
    ...sides
  } = sections;
  if (!groups || kept) throw new VaezipError('bad-file', 'the sections are not those of an image');
  if (png && idx) throw new VaezipError('bad-file', 'there are metadata of two kinds');
  if (recipe && hasStart) throw new VaezipError('bad-file', 'there are two recipes');
  const metadataKind = png ? 'png' : idx ? 'idx' : 'none';
  if (idx && idx.length > 0) throw new VaezipError('bad-file', 'an idx file has no metadata');
  const metadata = png ?? new Uint8Array(0);
  if (name) checkStoredName(name);
  if (form && form.length !== 1) throw new VaezipError('bad-file', 'the form of the source is not a byte');
  const described = { name, form: form ? formOfByte(form[0]) : null };
  const container: Container = {
    kind: 'image',
    ...described,
    ...head,
    metadataKind,
    metadata,
    recipe,
    preview,
    sides,
    groups,
    ...(hasStart && { hasStart }),
  };
  return { container, index };
}

function readImageHead(reader: ByteReader) {
  const form = reader.uint8();
  const channels = ((form & CHANNELS) + 1) as Shape['channels'];
  const width = reader.varint('width', MAX_SIDE);
  const height = reader.varint('height', MAX_SIDE);
  const images = form & SEVERAL_IMAGES ? reader.varint('number of images', MAX_SAMPLES) : 1;
  if (form & SEVERAL_IMAGES && images < 2)
    throw new VaezipError('bad-file', `${images} images are not several`);
  const depths = Array.from({ length: channels }, () =>
    form & DEPTHS ? reader.varint('bit depth', MAX_KEPT_BIT_DEPTH) : 8,
  );
  const bitDepth = depths[0];
  if (form & DEPTHS ? bitDepth !== 16 || depths.some((depth) => depth !== bitDepth) : false)
    throw new VaezipError(
      'bad-file',
      `samples of ${depths.join(', ')} bits are not known here: a newer vaezip may read it`,
    );
  const idBytes = form >> ID_SHIFT;
  if (idBytes > MAX_ID_BYTES)
    throw new VaezipError('bad-file', `a model's id of ${idBytes} bytes is not known here`);
  const modelId = idOfBytes(reader.take(idBytes));
  const sampleChecksum = reader.uint32();
  const shape: Shape = { width, height, images, channels, bitDepth: bitDepth === 16 ? 16 : 8 };
  return { shape, modelId, sampleChecksum };
}

function writeKept(writer: ByteWriter, { name, reason, shape, bytes }: KeptContainer): void {
  if (name) checkOwnName(name);
  writer.varint(name?.length ?? 0);
  writer.bytes(name ?? new Uint8Array(0));
  writer.uint8(byteOfReason(reason));
  const { width, height, images, channels, bitDepth } = shape;
  for (const value of [width, height, images, channels, bitDepth]) writer.varint(value);
  writeSections(writer, { kept: bytes });
}

function readKept(reader: ByteReader): Parsed {
  const head = readKeptHead(reader);
  const { kept, ...others } = readSections(reader).sections;
  if (!kept || Object.keys(others).length > 0)
    throw new VaezipError('bad-file', 'the sections are not those of a kept file');
  return { container: { kind: 'kept', ...head, bytes: kept }, index: null };
}

function readKeptHead(reader: ByteReader) {
  const stored = reader.take(reader.varint('length of the name', MAX_NAME_BYTES));
  if (stored.length > 0) checkStoredName(stored);
  const name = stored.length > 0 ? stored : null;
  const reason = reasonOfByte(reader.uint8());
  const width = reader.varint('width', MAX_SIDE);
  const height = reader.varint('height', MAX_SIDE);
  const images = reader.varint('number of images', MAX_SAMPLES);
  const channels = reader.varint('number of channels', MAX_KEPT_CHANNELS);
  const bitDepth = reader.varint('bit depth', MAX_KEPT_BIT_DEPTH);
  return { name, reason, shape: { width, height, images, channels, bitDepth } };
}

/** Throws VaezipError 'bad-argument' for a name to store that no reader would take. */
function checkOwnName(name: Uint8Array): void {
  try {
    checkStoredName(name);
  } catch (error) {
    throw new VaezipError('bad-argument', error instanceof Error ? error.message : String(error));
  }
}

/** Refuses what nobody can have written before memory is taken for it. */
function checkDecodable(shape: Shape, fileBytes: number): void {
  try {
    checkShape(shape);
  } catch (error) {
    throw new VaezipError('bad-file', error instanceof Error ? error.message : String(error));
  }
  if (sampleCount(shape) > fileBytes * MAX_SAMPLES_PER_BYTE)
    throw new VaezipError('bad-file', `${fileBytes} bytes cannot hold ${sampleCount(shape)} samples`);
}

function bytesOfId(id: string): Uint8Array {
  if (!/^([0-9a-f]{2}){0,8}$/.test(id))
    throw new VaezipError('bad-argument', `a model is named by up to 16 hexadecimal digits, not '${id}'`);
  return Uint8Array.from({ length: id.length / 2 }, (_, index) =>
    Number.parseInt(id.slice(2 * index, 2 * index + 2), 16),
  );
}

function idOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
