/* A .vz file taken apart, and what the files that do so need of one another. */
#ifndef CONTAINER_H
#define CONTAINER_H

#include "vz.h"

/* Types of sections, without the bit of the last one. */
enum { ALPHA = 0x03, LEVELS = 0x04, SCAN = 0x05, DEPTH = 0x06, KEPT = 0x02, PNG = 0x81, IDX = 0x82 };
enum { GROUP = 0x00, GROUPS = 0x01, GROUP_START = 0x07, GROUPS_START = 0x08, RECIPE = 0x85 };

/* Sections by their types; `at` is NULL for one that is not there. */
struct sections {
  struct bytes of[256];
  struct bytes *groups;
  size_t group_count;
  int has_start;
};

/* All sections to the end. `from` and `crc`: the first byte that the checksum before several groups counts,
 * and the checksum of what comes before that. */
void read_sections(struct bytes in, const uint8_t *from, uint32_t crc, struct sections *sections);

struct image {
  size_t width, height, images;
  int channels, depth;
  uint16_t *samples;
};

struct content {
  struct bytes kept; /* `at` is NULL for an image */
  struct image image;
};

/* A file but for the first three bytes of its signature and its checksum, of so many bytes in all. */
struct content read_content(struct bytes bare, size_t file_bytes);

/* An image's colours, or all of its channels, by the model of this id: `samples` are to be filled
 * (container.c). */
void decode_samples(struct bytes id, const struct sections *sections, const struct image *image,
                    uint16_t *samples);

/* Filtered rows (plain.c): packed bytes of residuals by PNG's filter 0, 1, 2 or 4. */
void read_rows(struct bytes in, const struct image *image, int filter, uint16_t *samples);
/* The samples of the section of an alpha channel, an image of one channel. */
void read_alpha(struct bytes in, const struct image *plane, uint16_t *samples);

/* The scan and the tables of levels (transforms.c). */
struct transforms;
/* Reads them, and sets what the decoder of a family must know of them. */
const struct transforms *read_transforms(const struct sections *sections, struct coded *coded);
void undo_transforms(const struct transforms *transforms, const struct coded *coded);

/* Bytes that are mixed, or packed (mixed.c): heads and indexes of archives. The mixer has learned the
 * dictionary. */
struct mixer;
struct mixer *learn_dictionary(void);
struct bytes unpack_learned(const struct mixer *learned, struct bytes in, size_t most);

/* Writes all members of an archive (archive.c), and one image or kept file (unvz.c). */
void write_archive(struct bytes file);
void write_content(const struct content *content);
/* A part of an image, or of several one below the other. */
void write_part(const struct image *image, size_t left, size_t top, size_t width, size_t height);

#endif
