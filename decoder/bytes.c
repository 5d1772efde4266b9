/* Numbers and spans of bytes as docs/FORMAT.md writes them (conventions), CRC-32, files, and packed bytes. */
#include <stdio.h>
#include <string.h>

#include "vz.h"

struct bytes span(struct bytes *in, uint64_t count) {
  if (count > in->left) fail("the file is damaged: it ends too early");
  struct bytes part = {in->at, (size_t)count};
  in->at += count;
  in->left -= (size_t)count;
  return part;
}

uint8_t u8(struct bytes *in) {
  return *span(in, 1).at;
}

uint16_t u16(struct bytes *in) {
  const uint8_t *at = span(in, 2).at;
  return (uint16_t)(at[0] | at[1] << 8);
}

uint32_t u32(struct bytes *in) {
  const uint8_t *at = span(in, 4).at;
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint64_t varint(struct bytes *in, uint64_t most, const char *what) {
  uint64_t value = 0;
  for (int shift = 0; shift < 49; shift += 7) {
    uint8_t byte = u8(in);
    value |= (uint64_t)(byte & 127) << shift;
    if (byte & 128) continue;
    if (byte == 0 && shift > 0) break; /* more bytes than the number needs */
    if (value > most) fail("the file is damaged: %s is beyond its limit", what);
    return value;
  }
  fail("the file is damaged: %s is no number as the format writes it", what);
}

void end(const struct bytes *in) {
  if (in->left > 0) fail("the file is damaged: bytes are left over");
}

uint32_t crc32(uint32_t crc, const uint8_t *at, size_t count) {
  static uint32_t table[256];
  if (table[1] == 0)
    for (uint32_t i = 0; i < 256; i++) {
      uint32_t c = i;
      for (int bit = 0; bit < 8; bit++) c = c >> 1 ^ (c & 1 ? 0xEDB88320 : 0);
      table[i] = c;
    }
  crc = ~crc;
  for (size_t i = 0; i < count; i++) crc = table[(crc ^ at[i]) & 255] ^ crc >> 8;
  return ~crc;
}

struct bytes read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) fail("cannot open %s", path);
  uint8_t *at = NULL;
  size_t size = 0, room = 0;
  for (;;) {
    if (size == room) {
      uint8_t *larger = take(room = room ? 4 * room : 65536, 1);
      if (size) memcpy(larger, at, size);
      at = larger;
    }
    size_t count = fread(at + size, 1, room - size, file);
    if (count == 0) break;
    size += count;
  }
  int bad = ferror(file);
  fclose(file);
  if (bad) fail("cannot read %s", path);
  return (struct bytes){at, size};
}

/* Zlib data, RFC 1950 and 1951. */

static const char DAMAGED[] = "the file is damaged: packed bytes are";

struct inflater {
  struct bytes in;
  uint32_t bits;
  int bit_count;
  uint8_t *out;
  size_t written, room;
};

static int take_bits(struct inflater *z, int count) {
  for (; z->bit_count < count; z->bit_count += 8) z->bits |= (uint32_t)u8(&z->in) << z->bit_count;
  uint32_t value = z->bits & ((1u << count) - 1);
  z->bits >>= count;
  z->bit_count -= count;
  return (int)value;
}

/* A canonical Huffman code: how many symbols have each length, and the symbols by length, then value. */
struct code {
  int counts[16], symbols[288];
};

/* A code that is not whole is an error, but for one of a single symbol, or none, where it may lack some. */
static void make_code(struct code *code, const uint8_t *lengths, int count, int may_lack) {
  int next[16] = {0}, left = 1;
  memset(code->counts, 0, sizeof code->counts);
  for (int i = 0; i < count; i++) code->counts[lengths[i]]++;
  for (int length = 1; length < 16; length++) {
    left = 2 * left - code->counts[length];
    if (left < 0) fail(DAMAGED);
    if (length < 15) next[length + 1] = next[length] + code->counts[length];
  }
  int used = count - code->counts[0];
  if (left > 0 && !(may_lack && (used == 0 || (used == 1 && code->counts[1] == 1)))) fail(DAMAGED);
  for (int i = 0; i < count; i++)
    if (lengths[i]) code->symbols[next[lengths[i]]++] = i;
}

static int take_symbol(struct inflater *z, const struct code *code) {
  for (int length = 1, value = 0, first = 0, index = 0; length < 16; length++) {
    int count = code->counts[length];
    value = 2 * value + take_bits(z, 1);
    first *= 2;
    if (value < first + count) return code->symbols[index + value - first];
    index += count;
    first += count;
  }
  fail(DAMAGED);
}

static void put(struct inflater *z, uint8_t byte) {
  if (z->written == z->room) fail(DAMAGED);
  z->out[z->written++] = byte;
}

static void inflate_stored(struct inflater *z) {
  z->bits = 0;
  z->bit_count = 0;
  uint16_t length = u16(&z->in);
  if ((length ^ u16(&z->in)) != 0xFFFF) fail(DAMAGED);
  for (struct bytes part = span(&z->in, length); part.left > 0;) put(z, u8(&part));
}

static void inflate_coded(struct inflater *z, const struct code *literals, const struct code *distances) {
  for (int symbol; (symbol = take_symbol(z, literals)) != 256;) {
    if (symbol < 256) {
      put(z, (uint8_t)symbol);
      continue;
    }
    /* Lengths and distances double with each four, and each two symbols. */
    int n = symbol - 257, bits = n < 8 || n == 28 ? 0 : n / 4 - 1;
    if (n > 28) fail(DAMAGED);
    int length = n < 8 ? n + 3 : n == 28 ? 258 : ((4 + n % 4) << bits) + 3 + take_bits(z, bits);
    int d = take_symbol(z, distances);
    if (d > 29) fail(DAMAGED);
    int more = d < 4 ? 0 : d / 2 - 1;
    size_t distance = (size_t)(d < 4 ? d + 1 : ((2 + d % 2) << more) + 1 + take_bits(z, more));
    if (distance > z->written) fail(DAMAGED);
    while (length-- > 0) put(z, z->out[z->written - distance]);
  }
}

static void inflate_fixed(struct inflater *z) {
  struct code literals, distances;
  uint8_t lengths[288];
  for (int i = 0; i < 288; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  make_code(&literals, lengths, 288, 0);
  memset(lengths, 5, 32);
  make_code(&distances, lengths, 32, 0);
  inflate_coded(z, &literals, &distances);
}

static void inflate_dynamic(struct inflater *z) {
  static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  struct code literals, distances;
  uint8_t lengths[320] = {0};
  int literal_count = take_bits(z, 5) + 257, count = literal_count + take_bits(z, 5) + 1;
  if (literal_count > 286 || count - literal_count > 30) fail(DAMAGED);
  for (int i = 0, known = take_bits(z, 4) + 4; i < known; i++) lengths[order[i]] = (uint8_t)take_bits(z, 3);
  make_code(&literals, lengths, 19, 0);
  for (int i = 0; i < count;) {
    int length = take_symbol(z, &literals), repeats = 1;
    if (length == 16 && i == 0) fail(DAMAGED);
    if (length > 15) {
      int least = length == 18 ? 11 : 3, bits = length == 16 ? 2 : length == 17 ? 3 : 7;
      length = length == 16 ? lengths[i - 1] : 0;
      repeats = least + take_bits(z, bits);
    }
    if (i + repeats > count) fail(DAMAGED);
    while (repeats-- > 0) lengths[i++] = (uint8_t)length;
  }
  if (lengths[256] == 0) fail(DAMAGED);
  make_code(&literals, lengths, literal_count, 1);
  make_code(&distances, lengths + literal_count, count - literal_count, 1);
  inflate_coded(z, &literals, &distances);
}

/* Zlib data that hold just as many bytes as `out` has room for. */
static void inflate(struct bytes in, uint8_t *out, size_t room) {
  struct inflater z = {in, 0, 0, out, 0, room};
  int header = u8(&z.in) << 8;
  header |= u8(&z.in);
  if ((header >> 8 & 15) != 8 || header >> 12 > 7 || header % 31 != 0 || header & 32) fail(DAMAGED);
  for (int last = 0; !last;) {
    last = take_bits(&z, 1);
    int type = take_bits(&z, 2);
    if (type == 0) inflate_stored(&z);
    else if (type == 1) inflate_fixed(&z);
    else if (type == 2) inflate_dynamic(&z);
    else fail(DAMAGED);
  }
  uint32_t a = 1, b = 0, check = 0;
  for (size_t i = 0; i < z.written; i++) {
    a = (a + out[i]) % 65521;
    b = (b + a) % 65521;
  }
  for (int i = 0; i < 4; i++) check = check << 8 | u8(&z.in);
  if (z.written != room || check != (b << 16 | a)) fail(DAMAGED);
  end(&z.in);
}

struct bytes unpack(struct bytes in, size_t most) {
  uint8_t form = u8(&in);
  if (form == 0 && in.left <= most) return in;
  if (form != 1) fail("the file is damaged: packed bytes have no known form, or are too many");
  size_t length = (size_t)varint(&in, most, "the length of packed bytes");
  if (length / 1032 > in.left) fail(DAMAGED);
  uint8_t *out = take(length, 1);
  inflate(in, out, length);
  return (struct bytes){out, length};
}
