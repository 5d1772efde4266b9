/* The .vz file (docs/FORMAT.md, layout): header, sections, groups, checksums and limits; then the model that
 * the header names decodes it. What makes files again of pixels (names, metadata, recipes) is left out. */
#include <string.h>

#include "container.h"

static const uint64_t MOST_SIDE = 2147483647, MOST_SAMPLES = 1073741824;
static const char *const NOT_THESE = "the file is damaged: its sections are not those of what it holds";

static void check_groups(struct bytes in, const uint8_t *from, uint32_t crc, struct sections *sections) {
  size_t count = (size_t)varint(&in, 65536, "the number of groups");
  if (count < 2) fail("the file is damaged: one group is not several");
  struct bytes *groups = take(count, sizeof *groups);
  uint32_t *checksums = take(count, sizeof *checksums);
  for (size_t i = 0; i < count; i++) {
    groups[i].left = (size_t)varint(&in, SIZE_MAX >> 8, "the length of a group");
    checksums[i] = u32(&in);
  }
  uint32_t before = crc32(crc, from, (size_t)(in.at - from));
  if (u32(&in) != before) fail("the file is damaged before its groups");
  for (size_t i = 0; i < count; i++) {
    groups[i] = span(&in, groups[i].left);
    if (crc32(0, groups[i].at, groups[i].left) != checksums[i]) fail("the file is damaged, in group %zu", i);
  }
  end(&in);
  sections->groups = groups;
  sections->group_count = count;
}

void read_sections(struct bytes in, const uint8_t *from, uint32_t crc, struct sections *sections) {
  static const uint8_t known[] = {0x83,  0x84,   PNG,   IDX,    RECIPE,      ALPHA,        SCAN,
                                  DEPTH, LEVELS, GROUP, GROUPS, GROUP_START, GROUPS_START, KEPT};
  memset(sections, 0, sizeof *sections);
  for (int count = 0, last = 0; !last; count++) {
    if (count == 64) fail("the file is damaged: there are more than 64 sections");
    uint8_t type = u8(&in);
    last = type & 0x40;
    type &= 0xBF;
    struct bytes part = span(&in, last ? in.left : varint(&in, in.left, "the length of a section"));
    if (!memchr(known, type, sizeof known)) {
      if (type & 0x80) continue;
      fail("section %02x is not known here: a newer decoder may read it", type);
    }
    if (sections->of[type].at) fail("the file is damaged: there are two sections %02x", type);
    sections->of[type] = part;
  }
  const struct bytes *of = sections->of;
  int kinds = !!of[GROUP].at + !!of[GROUPS].at + !!of[GROUP_START].at + !!of[GROUPS_START].at;
  if (kinds > 1) fail("the file is damaged: there are groups of two types");
  sections->has_start = of[GROUP_START].at || of[GROUPS_START].at;
  if (of[GROUPS].at || of[GROUPS_START].at) {
    check_groups(of[GROUPS].at ? of[GROUPS] : of[GROUPS_START], from, crc, sections);
  } else if (kinds == 1) {
    sections->groups = take(1, sizeof *sections->groups);
    sections->groups[0] = of[GROUP].at ? of[GROUP] : of[GROUP_START];
    sections->group_count = 1;
  }
}

/* What models of a family have: which sections, and how many channels of which images. */
struct family {
  const char *name;
  void (*decode)(struct coded *);
  int has_alpha, has_scan, has_levels, has_start, has_chains;
  int channels; /* 0: by the weights, or all */
};

static const struct family FAMILIES[] = {{"vaezip-learning", decode_learning, 0, 1, 1, 1, 1, 0},
                                         {"vaezip-quick", decode_quick, 0, 1, 1, 1, 1, 0},
                                         {"vaezip-static", decode_static, 0, 1, 0, 1, 0, 3},
                                         {"vaezip-screen", decode_screen, 1, 0, 0, 1, 1, 0},
                                         {"vaezip-digits", decode_digits, 0, 0, 0, 0, 1, 1},
                                         {"vaezip-binary", decode_binary, 0, 0, 0, 0, 1, 1},
                                         {"vaezip-thumbs", decode_thumbs, 0, 0, 0, 0, 1, 3}};
enum { FAMILY_COUNT = sizeof FAMILIES / sizeof FAMILIES[0] };

static const struct family *family_of(const struct weights *weights) {
  const char *format = meta(weights, "format");
  for (int i = 0; i < FAMILY_COUNT; i++)
    if (format && strcmp(format, FAMILIES[i].name) == 0) return &FAMILIES[i];
  fail("the model is of a kind that is not known here");
}

/* All channels of images without alpha, and of families that code alpha themselves. */
static void decode_by(const struct family *family, const struct weights *weights,
                      const struct sections *sections, const struct image *image, uint16_t *samples) {
  int channels = family->channels;
  if (family->has_levels) channels = (int)meta_number(weights, "planes", 1, 3);
  if ((channels && channels != image->channels) || (image->depth == 16 && !family->has_levels) ||
      (image->images > 1 && !family->has_chains))
    fail("the file is damaged: its model does not take such images");
  if ((sections->of[SCAN].at && !family->has_scan) || (sections->of[LEVELS].at && !family->has_levels) ||
      (sections->of[DEPTH].at && image->depth == 8) || (sections->has_start && !family->has_start))
    fail(NOT_THESE);
  struct coded coded = {0};
  coded.weights = weights;
  coded.width = image->width;
  coded.height = image->height;
  coded.images = image->images;
  coded.channels = image->channels;
  coded.depth = image->depth;
  coded.groups = sections->groups;
  coded.group_count = sections->group_count;
  coded.has_start = sections->has_start;
  coded.samples = samples;
  const struct transforms *transforms = family->has_scan ? read_transforms(sections, &coded) : NULL;
  if (coded.group_count != (transforms ? photo_group_count(&coded) : 1))
    fail("the file is damaged: it has too few groups, or too many");
  family->decode(&coded);
  if (transforms) undo_transforms(transforms, &coded);
}

/* Colours and alpha apart, then together. */
static void decode_beside(const struct family *family, const struct weights *weights,
                          const struct sections *sections, const struct image *image, uint16_t *samples) {
  size_t channels = (size_t)image->channels, pixels = image->width * image->height * image->images;
  struct image colours = *image, plane = *image;
  colours.channels--;
  plane.channels = 1;
  uint16_t *of_colours = take(pixels, (channels - 1) * sizeof *samples),
           *alpha = take(pixels, sizeof *samples);
  read_alpha(sections->of[ALPHA], &plane, alpha);
  decode_by(family, weights, sections, &colours, of_colours);
  for (size_t i = 0; i < pixels; i++) {
    for (size_t c = 0; c < channels - 1; c++) samples[i * channels + c] = of_colours[i * (channels - 1) + c];
    samples[i * channels + channels - 1] = alpha[i];
  }
}

void decode_samples(struct bytes id, const struct sections *sections, const struct image *image,
                    uint16_t *samples) {
  int apart = sections->of[ALPHA].at != NULL;
  if (id.left == 0) {
    if (apart || sections->of[SCAN].at || sections->of[LEVELS].at || sections->of[DEPTH].at) fail(NOT_THESE);
    if (sections->group_count != 1 || sections->has_start) fail(NOT_THESE);
    read_rows(sections->groups[0], image, 4, samples);
    return;
  }
  const struct weights *weights = find_weights(id);
  const struct family *family = family_of(weights);
  if (apart != (image->channels % 2 == 0 && !family->has_alpha)) fail(NOT_THESE);
  if (apart) decode_beside(family, weights, sections, image, samples);
  else decode_by(family, weights, sections, image, samples);
}

static uint32_t checksum_of(const struct image *image) {
  size_t count = image->width * image->height * image->images * (size_t)image->channels, used = 0;
  uint8_t part[4096];
  uint32_t crc = 0;
  for (size_t i = 0; i < count; i++) {
    part[used++] = (uint8_t)image->samples[i];
    if (image->depth == 16) part[used++] = (uint8_t)(image->samples[i] >> 8);
    if (used == sizeof part || i == count - 1) {
      crc = crc32(crc, part, used);
      used = 0;
    }
  }
  return crc;
}

static void read_image(struct bytes in, const uint8_t *from, uint32_t crc, size_t file_bytes,
                       struct image *image) {
  uint8_t form = u8(&in);
  image->channels = (form & 3) + 1;
  image->width = (size_t)varint(&in, MOST_SIDE, "the width");
  image->height = (size_t)varint(&in, MOST_SIDE, "the height");
  image->images = form & 4 ? (size_t)varint(&in, MOST_SAMPLES, "the number of images") : 1;
  image->depth = form & 8 ? 16 : 8;
  for (int i = 0; form & 8 && i < image->channels; i++)
    if (varint(&in, 1024, "the bit depth") != 16)
      fail("samples of other bits than 8 or 16 are not known here");
  if (form >> 4 > 8) fail("a model's id of %d bytes is not known here", form >> 4);
  struct bytes id = span(&in, form >> 4);
  uint32_t checksum = u32(&in);
  if (image->width < 1 || image->height < 1 || image->images < 1 + (size_t)(form >> 2 & 1))
    fail("the file is damaged: its image has no pixels");
  uint64_t count = (uint64_t)image->channels;
  uint64_t sizes[3] = {image->width, image->height, image->images};
  for (int i = 0; i < 3; i++) {
    count *= sizes[i];
    if (count > MOST_SAMPLES) fail("the image has more than 2^30 samples");
  }
  if (count >> 20 > file_bytes) fail("the file is damaged: so few bytes cannot hold so many samples");
  struct sections *sections = take(1, sizeof *sections);
  read_sections(in, from, crc, sections);
  const struct bytes *of = sections->of;
  if (!sections->groups || of[KEPT].at || (of[PNG].at && of[IDX].at) ||
      (of[RECIPE].at && sections->has_start))
    fail(NOT_THESE);
  image->samples = take((size_t)count, sizeof *image->samples);
  decode_samples(id, sections, image, image->samples);
  if (checksum_of(image) != checksum)
    fail("the samples are not those that went in: the file or its weights are damaged");
}

static struct bytes read_kept(struct bytes in) {
  static const uint64_t most[] = {2147483647, 2147483647, 1073741824, 65535, 1024};
  struct sections *sections = take(1, sizeof *sections);
  span(&in, varint(&in, 255, "the length of a name"));
  u8(&in);
  for (int i = 0; i < 5; i++) varint(&in, most[i], "a size");
  read_sections(in, in.at, 0, sections);
  for (int type = 0; type < 256; type++)
    if ((sections->of[type].at != NULL) != (type == KEPT)) fail(NOT_THESE);
  return sections->of[KEPT];
}

struct content read_content(struct bytes bare, size_t file_bytes) {
  static const uint8_t signature[] = {0x89, 0x56, 0x5A};
  struct content content = {{NULL, 0}, {0}};
  const uint8_t *from = bare.at;
  uint8_t kind = u8(&bare);
  if (kind == 0x0D) content.kept = read_kept(bare);
  else if (kind == 0x0A) read_image(bare, from, crc32(0, signature, 3), file_bytes, &content.image);
  else fail("a .vz file of the kind %02x is not known here: a newer decoder may read it", kind);
  return content;
}
