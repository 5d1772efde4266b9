/* The .vz file (docs/FORMAT.md): layout, limits, `plain` and the alpha channel; then the model that the
 * header names decodes it. What makes files again of pixels (names, metadata, recipes) is left out. */
#include <stdlib.h>
#include <string.h>
#include "container.h"

static const uint64_t MOST_SIDE = 2147483647, MOST_SAMPLES = 1073741824;
static const char NOT_THESE[] = "the file is damaged: its sections are not those of what it holds";
static size_t pixels_of(const struct coded *image) { return image->width * image->height * image->images; }

/* Several groups. `from` and `crc`: the first byte that the checksum before them counts, and the checksum of
 * what comes before that. */
static void read_groups(struct bytes in, const uint8_t *from, uint32_t crc, struct coded *image) {
  size_t count = image->group_count = (size_t)varint(&in, 65536, "the number of groups");
  if (count < 2) fail("the file is damaged: one group is not several");
  struct bytes list = in, *groups = take(count, sizeof *groups);
  for (size_t i = 0; i < count; i++) varint(&in, SIZE_MAX >> 8, "the length of a group"), u32(&in);
  uint32_t before = crc32(crc, from, (size_t)(in.at - from));
  if (u32(&in) != before) fail("the file is damaged before its groups");
  for (size_t i = 0; i < count; i++) {
    groups[i] = span(&in, varint(&list, SIZE_MAX >> 8, "the length of a group"));
    if (crc32(0, groups[i].at, groups[i].left) != u32(&list)) fail("the file is damaged, in group %zu", i);
  }
  end(&in); image->groups = groups;
}

/* All sections to the end, by their types: `at` is NULL for one that is not there. */
static struct bytes *read_sections(struct bytes in, const uint8_t *from, uint32_t crc, struct coded *image) {
  static const uint8_t known[] = {GROUP, GROUPS, GROUP_START, GROUPS_START, ALPHA, LEVELS, SCAN, DEPTH, KEPT,
                                  PNG,   IDX,    RECIPE,      0x83,         0x84};
  struct bytes *of = take(256, sizeof *of);
  for (int count = 0, last = 0; !last; count++) {
    if (count == 64) fail("the file is damaged: there are more than 64 sections");
    uint8_t type = u8(&in); last = type & 0x40, type &= 0xBF;
    struct bytes part = span(&in, last ? in.left : varint(&in, in.left, "the length of a section"));
    int is_known = memchr(known, type, sizeof known) != NULL;
    if (!is_known && type < 0x80) fail("section %02x is not known here: a newer decoder may read it", type);
    if (is_known && of[type].at) fail("the file is damaged: there are two sections %02x", type);
    if (is_known) of[type] = part;
  }
  image->groups = NULL;
  for (int i = 0; i < 4; i++) { /* known[i], the types of groups */
    if (!of[known[i]].at) continue;
    if (image->groups) fail("the file is damaged: there are groups of two types");
    image->groups = &of[known[i]], image->group_count = 1, image->has_start = i >= 2;
    if (i % 2 == 1) read_groups(of[known[i]], from, crc, image);
  }
  return of;
}

/* PNG's filters of types 0, 1, 2 and 4: what the bytes to the left, above and above left foretell. */
static int foretold(int filter, int left, int above, int corner) {
  if (filter < 3) return filter == 0 ? 0 : filter == 1 ? left : above;
  int to_left = abs(above - corner), to_above = abs(left - corner);
  int to_corner = abs(left + above - 2 * corner);
  return to_left <= to_above && to_left <= to_corner ? left : to_above <= to_corner ? above : corner;
}

/* Who codes what: `plain`, packed bytes of filtered rows. */
static void read_rows(struct bytes in, const struct coded *image, int filter) {
  size_t bytes = (size_t)image->depth / 8, step = (size_t)image->channels * bytes, row = image->width * step;
  size_t size = row * image->height, count = size * image->images; struct bytes packed = unpack(in, count);
  if (packed.left != count) fail("the file is damaged: it holds too few samples");
  uint8_t *all = take(count, 1);
  for (size_t i = 0; i < count; i++) {
    int has_left = i % row >= step, has_above = i % size >= row;
    int left = has_left ? all[i - step] : 0, above = has_above ? all[i - row] : 0;
    int corner = has_left && has_above ? all[i - row - step] : 0;
    all[i] = (uint8_t)(packed.at[i] + foretold(filter, left, above, corner));
    image->samples[i / bytes] = (uint16_t)(image->samples[i / bytes] | all[i] << 8 * (i % bytes));
  }
}

static void decode_samples(struct bytes id, const struct bytes *sections, struct coded *image);

/* The alpha channel: one value, filtered rows, or what a model of grey images has coded. */
static void read_alpha(struct bytes in, struct coded *plane) {
  const uint8_t *from = in.at; uint8_t kind = u8(&in);
  if (kind == 0) {
    uint16_t value = plane->depth == 16 ? u16(&in) : u8(&in); end(&in);
    for (size_t i = 0; i < pixels_of(plane); i++) plane->samples[i] = value;
  } else if (kind < 5) read_rows(in, plane, kind == 4 ? 4 : kind - 1);
  else if (kind == 5) {
    struct bytes id = span(&in, 3), *sections = read_sections(in, from, 0, plane);
    for (int type = 0; type < 256; type++)
      if (sections[type].at && type > GROUPS && (type < LEVELS || type > DEPTH)) fail(NOT_THESE);
    if (!plane->groups) fail("the file is damaged: the alpha channel has no groups");
    decode_samples(id, sections, plane);
  } else fail("an alpha channel of kind %d is not known here", kind);
}

/* What models of a family have: which sections, and how many channels (0: all) of which images. */
enum { FAMILY_COUNT = 7 };
static const struct family {
  const char *name; void (*decode)(struct coded *);
  int has_alpha, has_scan, has_levels, has_start, has_chains, channels;
} FAMILIES[FAMILY_COUNT] = {
    {"vaezip-learning", decode_learning, 0, 1, 1, 1, 1, 0},
    {"vaezip-quick", decode_quick, 0, 1, 1, 1, 1, 0},
    {"vaezip-static", decode_static, 0, 1, 0, 1, 0, 3},
    {"vaezip-screen", decode_screen, 1, 0, 0, 1, 1, 0},
    {"vaezip-digits", decode_digits, 0, 0, 0, 0, 1, 1},
    {"vaezip-binary", decode_binary, 0, 0, 0, 0, 1, 1},
    {"vaezip-thumbs", decode_thumbs, 0, 0, 0, 0, 1, 3}};

/* All channels of images without alpha, and of families that code alpha themselves. */
static void decode_by(const struct family *family, const struct bytes *sections, struct coded *coded) {
  int channels = family->has_levels ? (int)meta_number(coded->weights, "planes", 1, 3) : family->channels;
  if ((channels && channels != coded->channels) || (coded->images > 1 && !family->has_chains) ||
      (coded->depth == 16 && !family->has_levels))
    fail("the file is damaged: its model does not take such images");
  if ((sections[SCAN].at && !family->has_scan) || (sections[LEVELS].at && !family->has_levels) ||
      (sections[DEPTH].at && coded->depth == 8) || (coded->has_start && !family->has_start))
    fail(NOT_THESE);
  struct transforms *transforms = family->has_scan ? read_transforms(sections, coded) : NULL;
  if (coded->group_count != (transforms ? photo_group_count(coded) : 1))
    fail("the file is damaged: it has too few groups, or too many");
  family->decode(coded);
  if (transforms) undo_transforms(transforms, coded);
}

/* An image by the model of this id; colours and alpha apart, where the family does not code alpha. */
static void decode_samples(struct bytes id, const struct bytes *sections, struct coded *image) {
  const struct family *family = FAMILIES, *past = FAMILIES + FAMILY_COUNT;
  int apart = sections[ALPHA].at != NULL;
  if (id.left == 0) {
    if (apart || sections[SCAN].at || sections[LEVELS].at || sections[DEPTH].at) fail(NOT_THESE);
    if (image->group_count != 1 || image->has_start) fail(NOT_THESE);
    read_rows(image->groups[0], image, 4);
    return;
  }
  image->weights = find_weights(id); const char *format = meta(image->weights, "format");
  while (family < past && !(format && strcmp(format, family->name) == 0)) family++;
  if (family == past) fail("the model is of a kind that is not known here");
  if (apart != (image->channels % 2 == 0 && !family->has_alpha)) fail(NOT_THESE);
  struct coded colours = *image, alpha = *image;
  size_t count = (size_t)image->channels - 1, pixels = apart ? pixels_of(image) : 0;
  if (apart) {
    colours.channels = (int)count, alpha.channels = 1;
    colours.samples = take(pixels, count * sizeof *colours.samples);
    alpha.samples = take(pixels, sizeof *alpha.samples); read_alpha(sections[ALPHA], &alpha);
  }
  decode_by(family, sections, &colours);
  for (size_t i = 0; i < pixels; i++) {
    memcpy(image->samples + i * (count + 1), colours.samples + i * count, count * sizeof *image->samples);
    image->samples[i * (count + 1) + count] = alpha.samples[i];
  }
}

static void read_image(struct bytes in, const uint8_t *from, size_t file_bytes, struct coded *image) {
  uint8_t form = u8(&in), part[4096]; size_t used = 0; image->channels = (form & 3) + 1;
  image->width = (size_t)varint(&in, MOST_SIDE, "the width");
  image->height = (size_t)varint(&in, MOST_SIDE, "the height");
  image->images = form & 4 ? (size_t)varint(&in, MOST_SAMPLES, "the number of images") : 1;
  image->depth = form & 8 ? 16 : 8;
  for (int i = 0; form & 8 && i < image->channels; i++)
    if (varint(&in, 1024, "the bit depth") != 16) fail("samples of other bits than 8 or 16 are not known");
  if (form >> 4 > 8) fail("a model's id of %d bytes is not known here", form >> 4);
  struct bytes id = span(&in, form >> 4); uint32_t checksum = u32(&in), sum = 0;
  uint64_t sizes[3] = {image->width, image->height, image->images}, count = (uint64_t)image->channels;
  for (int i = 0; i < 3; i++)
    if ((count *= sizes[i]) > MOST_SAMPLES) fail("the image has more than 2^30 samples");
  if (count == 0 || (form & 4 && image->images == 1)) fail("the file is damaged: its image has no pixels");
  if (count >> 20 > file_bytes) fail("the file is damaged: so few bytes cannot hold so many samples");
  const struct bytes *of = read_sections(in, from, crc32(0, (const uint8_t *)"\x89VZ", 3), image);
  if (!image->groups || of[KEPT].at || (of[PNG].at && of[IDX].at) || (of[RECIPE].at && image->has_start))
    fail(NOT_THESE);
  image->samples = take((size_t)count, sizeof *image->samples); decode_samples(id, of, image);
  for (size_t i = 0; i < count; i++) {
    part[used++] = (uint8_t)image->samples[i];
    if (image->depth == 16) part[used++] = (uint8_t)(image->samples[i] >> 8);
    if (used > 4094 || i == count - 1) sum = crc32(sum, part, used), used = 0;
  }
  if (sum != checksum) fail("the samples are not those that went in: the file or its weights are damaged");
}

struct content read_content(struct bytes in, size_t file_bytes) {
  const uint64_t most[] = {MOST_SIDE, MOST_SIDE, MOST_SAMPLES, 65535, 1024};
  struct content content = {{NULL, 0}, {0}}; const uint8_t *from = in.at, kind = u8(&in);
  if (kind == 0x0A) read_image(in, from, file_bytes, &content.image);
  else if (kind == 0x0D) {
    span(&in, varint(&in, 255, "the length of a name") + 1);
    for (int i = 0; i < 5; i++) varint(&in, most[i], "a size");
    struct bytes *sections = read_sections(in, in.at, 0, &(struct coded){0});
    for (int type = 0; type < 256; type++) if ((sections[type].at != NULL) != (type == KEPT)) fail(NOT_THESE);
    content.kept = sections[KEPT];
  } else fail("a .vz file of the kind %02x is not known here: a newer decoder may read it", kind);
  return content;
}
