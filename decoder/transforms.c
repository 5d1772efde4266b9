/* What is done to the samples of photos before any model: the scan, the table of levels, 16-bit levels, and
 * groups of rows (docs/FORMAT.md, sections of these names). */
#include <string.h>
#include "container.h"

enum { LEFTWARD = 1, UPWARD = 2, BLUE_FIRST = 4 };
static const char NO_TABLE[] = "the file is damaged: its table of levels is none";

struct transforms {
  int scan, has_levels[3];
  int16_t levels[3][256]; /* of planes in the order of coding: each sample's level, -1 where there is none */
  uint16_t deep[65536];   /* the 16-bit levels of ranks; their count is 0 for images of 8 bits */
  int deep_count;
};

size_t photo_group_count(const struct coded *coded) {
  size_t units = coded->images > 1 ? coded->images : coded->height;
  size_t count = coded->width * coded->height * coded->images / 1400000;
  return count < 1 ? 1 : count < units ? count : units;
}

struct rows photo_group(const struct coded *coded, size_t group) {
  size_t units = coded->images > 1 ? coded->images : coded->height, count = photo_group_count(coded);
  size_t rows = coded->images > 1 ? coded->height : 1;
  return (struct rows){rows * (group * units / count), rows * ((group + 1) * units / count)};
}

/* A plane's levels: what it leaves out, in runs or a bitmap, and whether the ranks end at 255. Returns 0
 * where the plane is coded as it is. */
static int read_levels(struct bytes *in, int16_t *levels) {
  uint8_t form = u8(in), gaps[256] = {0}; int runs = form & 31, at = 0, kept = 0;
  if (form == 0) return 0;
  if (form > 63 || runs == 0 || runs > 16) fail("a table of levels of form %d is not known here", form);
  if (runs == 16) {
    const uint8_t *bitmap = span(in, 32).at;
    for (int level = 0; level < 256; level++) {
      gaps[level] = bitmap[level / 8] >> level % 8 & 1; at += gaps[level] && !(level > 0 && gaps[level - 1]);
    }
    if (at < 16) fail("the file is damaged: a table of levels could be shorter");
  }
  for (int run = 0; runs < 16 && run < runs; run++) {
    int before = u8(in), length = u8(in);
    if ((before == 0 && run > 0) || length == 0 || at + before + length > 256) fail(NO_TABLE);
    memset(gaps + at + before, 1, (size_t)length); at += before + length;
  }
  for (int level = 0; level < 256; level++) kept += !gaps[level], levels[level] = -1;
  for (int level = 0, rank = form & 32 ? 256 - kept : 0; level < 256; level++)
    if (!gaps[level]) levels[rank++] = (int16_t)level;
  return 1;
}

static void read_deep(struct bytes in, struct transforms *t, struct coded *coded) {
  if (!in.at) fail("the file is damaged: it has no table of 16-bit levels");
  uint8_t form = u8(&in);
  if ((form & 239) == 1) {
    uint64_t least = varint(&in, 65535, "the least level"), step = varint(&in, 65535, "the step of levels");
    uint64_t steps = varint(&in, 65535, "the number of levels"); end(&in);
    if (step == 0 || least + step * steps > 65535) fail(NO_TABLE);
    for (uint64_t i = 0; i <= steps; i++) t->deep[t->deep_count++] = (uint16_t)(least + step * i);
  } else if ((form & 239) == 2) {
    struct bytes bits = unpack(in, 8192);
    if (bits.left != 8192) fail(NO_TABLE);
    for (int level = 0; level < 65536; level++)
      if (bits.at[level / 8] >> level % 8 & 1) t->deep[t->deep_count++] = (uint16_t)level;
  } else fail("a table of levels of form %d is not known here", form);
  coded->rooted = form >> 4; coded->levels = t->deep_count > 256 ? (uint32_t)t->deep_count : 0;
  if (t->deep_count == 0 || (coded->rooted && !coded->levels)) fail(NO_TABLE);
}

struct transforms *read_transforms(const struct bytes *sections, struct coded *coded) {
  struct transforms *t = take(1, sizeof *t); struct bytes scan = sections[SCAN], levels = sections[LEVELS];
  if (scan.at) {
    t->scan = u8(&scan); end(&scan);
    if (t->scan < 1 || t->scan > (coded->channels == 3 ? 7 : 3)) fail("its scan is not known here");
  }
  if (coded->depth == 16) read_deep(sections[DEPTH], t, coded);
  if (levels.at) {
    if (coded->levels) fail("the file is damaged: it has two tables of levels");
    for (int plane = 0; plane < coded->channels; plane++)
      t->has_levels[plane] = read_levels(&levels, t->levels[plane]);
    end(&levels);
    if (!(t->has_levels[0] | t->has_levels[1] | t->has_levels[2])) fail(NO_TABLE);
  }
  return t;
}

/* The scan back, of a group's rows: each sample changes places with one that lies behind it, or stays. */
static void turn(int scan, uint16_t *samples, size_t rows, size_t width, size_t channels) {
  for (size_t pixel = 0; pixel < rows * width; pixel++) {
    size_t y = pixel / width, x = pixel % width;
    size_t row = scan & UPWARD ? rows - 1 - y : y, column = scan & LEFTWARD ? width - 1 - x : x;
    for (size_t c = 0; c < channels; c++) {
      size_t i = pixel * channels + c;
      size_t j = (row * width + column) * channels + (scan & BLUE_FIRST ? channels - 1 - c : c);
      uint16_t sample = samples[i];
      if (j > i) samples[i] = samples[j], samples[j] = sample;
    }
  }
}

void undo_transforms(const struct transforms *t, const struct coded *coded) {
  static const int order[3] = {1, 0, 2}; /* planes are coded green, red, blue */
  size_t channels = (size_t)coded->channels, row = coded->width * channels;
  for (size_t i = 0; i < row * coded->height * coded->images; i++) {
    int plane = channels == 3 ? order[i % 3] : 0, level = coded->samples[i];
    if (t->has_levels[plane]) level = level < 256 ? t->levels[plane][level] : -1;
    if (level < 0 || (t->deep_count > 0 && level >= t->deep_count))
      fail("the file is damaged: a sample lies beyond the levels");
    coded->samples[i] = t->deep_count > 0 ? t->deep[level] : (uint16_t)level;
  }
  for (size_t group = 0; t->scan && group < coded->group_count; group++) {
    struct rows rows = photo_group(coded, group);
    turn(t->scan, coded->samples + rows.from * row, rows.to - rows.from, coded->width, channels);
  }
}
