/* A .vz file taken apart, and what the files that do so need of one another. */
#ifndef CONTAINER_H
#define CONTAINER_H

#include <setjmp.h>
#include "vz.h"

/* Where `fail` goes, for the one who starts decoding, and why (bytes.c). */
extern jmp_buf on_failure;
extern char failure[256];

/* Types of sections, without the bit of the last one. */
enum { ALPHA = 0x03, LEVELS = 0x04, SCAN = 0x05, DEPTH = 0x06, KEPT = 0x02, PNG = 0x81, IDX = 0x82 };
enum { GROUP = 0x00, GROUPS = 0x01, GROUP_START = 0x07, GROUPS_START = 0x08, RECIPE = 0x85 };

/* What a file holds: images, or a kept file, whose `at` is NULL otherwise. */
struct content { struct bytes kept; struct coded image; };

/* A file without its signature's first three bytes and its checksum; with them it has `file_bytes`
 * (container.c). */
struct content read_content(struct bytes bare, size_t file_bytes);

/* The scan and the tables of levels (transforms.c): from their sections, of which it sets what the decoder of
 * a family must know; to what was decoded. */
struct transforms *read_transforms(const struct bytes *sections, struct coded *coded);
void undo_transforms(const struct transforms *transforms, const struct coded *coded);

/* Mixed or packed bytes of an archive (mixed.c), by a mixer that has learned the dictionary. */
struct mixer *learn_dictionary(void);
struct bytes unpack_learned(const struct mixer *learned, struct bytes in, size_t most);

/* Writes all members of an archive (archive.c), one image or kept file, a part of images (unvz.c). */
void write_archive(struct bytes file);
void write_content(const struct content *content);
void write_part(const struct coded *image, size_t left, size_t top, size_t width, size_t height);

#endif
