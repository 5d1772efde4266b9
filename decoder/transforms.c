/* What is done to the samples of photos before any model: the scan, the table of levels, 16-bit levels, and
 * groups of rows (docs/FORMAT.md, sections of these names). */
#include <string.h>

#include "container.h"

enum { LEFTWARD = 1, UPWARD = 2, BLUE_FIRST = 4 };

struct transforms {
  int scan;
  /* For each plane, in the order of coding, the level of each sample, -1 for what is none. */
  int has_levels[3];
  int16_t levels[3][256];
  /* The 16-bit levels of ranks; NULL for images of 8 bits. */
  const uint16_t *deep;
  size_t deep_count;
};

size_t photo_group_count(const struct coded *coded) {
  size_t units = coded->images > 1 ? coded->images : coded->height;
  size_t count = coded->width * coded->height * coded->images / 1400000;
  return count < 1 ? 1 : count < units ? count : units;
}

struct rows photo_group(const struct coded *coded, size_t group) {
  uint64_t units = coded->images > 1 ? coded->images : coded->height,
           rows = coded->images > 1 ? coded->height : 1;
  uint64_t count = photo_group_count(coded);
  struct rows part = {(size_t)(rows * (group * units / count)),
                      (size_t)(rows * ((group + 1) * units / count))};
  return part;
}

/* The levels that a plane leaves out; whether the ranks end at 255. Returns 0 for a plane that is coded as it
 * is. */
static int read_gaps(struct bytes *in, uint8_t *gaps, int *is_high) {
  uint8_t form = u8(in);
  int runs = form & 31, at = 0;
  *is_high = form >> 5 & 1;
  memset(gaps, 0, 256);
  if (form == 0) return 0;
  if (form > 63 || runs == 0 || runs > 16) fail("a table of levels of form %d is not known here", form);
  if (runs == 16) {
    const uint8_t *bitmap = span(in, 32).at;
    for (int level = 0; level < 256; level++) {
      gaps[level] = bitmap[level / 8] >> level % 8 & 1;
      at += gaps[level] && !(level > 0 && gaps[level - 1]);
    }
    if (at < 16) fail("the file is damaged: a table of levels could be shorter");
    return 1;
  }
  for (int run = 0; run < runs; run++) {
    int before = u8(in), length = u8(in);
    if ((before == 0 && run > 0) || length == 0 || at + before + length > 256)
      fail("the file is damaged: a table of levels is none");
    memset(gaps + at + before, 1, (size_t)length);
    at += before + length;
  }
  return 1;
}

static void read_levels(struct bytes in, int planes, struct transforms *transforms) {
  int any = 0;
  for (int plane = 0; plane < planes; plane++) {
    uint8_t gaps[256];
    int is_high, kept = 0;
    transforms->has_levels[plane] = read_gaps(&in, gaps, &is_high);
    any |= transforms->has_levels[plane];
    for (int level = 0; level < 256; level++) {
      kept += !gaps[level];
      transforms->levels[plane][level] = -1;
    }
    for (int level = 0, rank = is_high ? 256 - kept : 0; level < 256; level++)
      if (!gaps[level]) transforms->levels[plane][rank++] = (int16_t)level;
  }
  end(&in);
  if (!any) fail("the file is damaged: its tables of levels are empty");
}

static void read_deep(struct bytes in, struct transforms *transforms, struct coded *coded) {
  if (!in.at) fail("the file is damaged: it has no table of 16-bit levels");
  uint16_t *levels = take(65536, sizeof *levels);
  size_t count = 0;
  uint8_t form = u8(&in);
  if ((form & 239) == 1) {
    uint64_t least = varint(&in, 65535, "the least level"), step = varint(&in, 65535, "the step of levels");
    uint64_t steps = varint(&in, 65535, "the number of levels");
    end(&in);
    if (step == 0 || least + step * steps > 65535) fail("the file is damaged: its table of levels is none");
    for (; count <= steps; count++) levels[count] = (uint16_t)(least + step * count);
  } else if ((form & 239) == 2) {
    struct bytes bits = unpack(in, 8192);
    if (bits.left != 8192) fail("the file is damaged: its table of levels is none");
    for (int level = 0; level < 65536; level++)
      if (bits.at[level / 8] >> level % 8 & 1) levels[count++] = (uint16_t)level;
  } else fail("a table of levels of form %d is not known here", form);
  coded->rooted = form >> 4;
  coded->levels = count > 256 ? (uint32_t)count : 0;
  if (count == 0 || (coded->rooted && !coded->levels))
    fail("the file is damaged: its table of levels is none");
  transforms->deep = levels;
  transforms->deep_count = count;
}

const struct transforms *read_transforms(const struct sections *sections, struct coded *coded) {
  struct transforms *transforms = take(1, sizeof *transforms);
  if (sections->of[SCAN].at) {
    struct bytes in = sections->of[SCAN];
    transforms->scan = u8(&in);
    end(&in);
    if (transforms->scan < 1 || transforms->scan > (coded->channels == 3 ? 7 : 3))
      fail("its scan is not known here");
  }
  if (coded->depth == 16) read_deep(sections->of[DEPTH], transforms, coded);
  if (sections->of[LEVELS].at) {
    if (coded->levels) fail("the file is damaged: it has two tables of levels");
    read_levels(sections->of[LEVELS], coded->channels, transforms);
  }
  return transforms;
}

static void swap(uint16_t *a, uint16_t *b, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint16_t sample = a[i];
    a[i] = b[i];
    b[i] = sample;
  }
}

/* Turns a group's rows from the scan to the usual one, which is to turn them from the usual one to the scan.
 */
static void turn(int scan, uint16_t *samples, size_t rows, size_t width, size_t channels) {
  size_t row = width * channels;
  for (size_t y = 0; scan & LEFTWARD && y < rows; y++)
    for (size_t i = 0, j = width - 1; i < j; i++, j--)
      swap(samples + y * row + i * channels, samples + y * row + j * channels, channels);
  for (size_t i = 0, j = rows - 1; scan & UPWARD && i < j; i++, j--)
    swap(samples + i * row, samples + j * row, row);
  for (size_t i = 0; scan & BLUE_FIRST && i < rows * row; i += 3) swap(samples + i, samples + i + 2, 1);
}

void undo_transforms(const struct transforms *transforms, const struct coded *coded) {
  static const size_t order[3] = {1, 0, 2}; /* planes are coded green, red, blue */
  size_t channels = (size_t)coded->channels, row = coded->width * channels;
  size_t count = row * coded->height * coded->images;
  for (size_t plane = 0; plane < channels; plane++)
    for (size_t i = channels == 3 ? order[plane] : 0; transforms->has_levels[plane] && i < count;
         i += channels) {
      int level = coded->samples[i] < 256 ? transforms->levels[plane][coded->samples[i]] : -1;
      if (level < 0) fail("the file is damaged: a sample lies beyond the levels of its plane");
      coded->samples[i] = (uint16_t)level;
    }
  for (size_t group = 0; transforms->scan && group < coded->group_count; group++) {
    struct rows rows = photo_group(coded, group);
    turn(transforms->scan, coded->samples + rows.from * row, rows.to - rows.from, coded->width, channels);
  }
  for (size_t i = 0; transforms->deep && i < count; i++) {
    if (coded->samples[i] >= transforms->deep_count)
      fail("the file is damaged: a sample lies beyond the levels");
    coded->samples[i] = transforms->deep[coded->samples[i]];
  }
}
