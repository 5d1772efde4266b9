/* Archives (docs/FORMAT.md): the index at the end tells where the groups lie; each has a head and sheets of
 * images. */
#include <string.h>

#include "container.h"

/* The head of a part and, where there is one, its body, both checked. */
struct part {
  struct bytes head, body;
};

static struct part read_part(struct bytes in, char kind) {
  const uint8_t *from = in.at;
  struct part part = {{NULL, 0}, {NULL, 0}};
  if (u8(&in) != 'V' || u8(&in) != kind) fail("the archive is damaged: no part stands where one should");
  uint64_t head = varint(&in, (uint64_t)1 << 27, "the length of a head");
  uint64_t body = varint(&in, (uint64_t)1 << 40, "the length of a body");
  part.head = span(&in, head);
  uint32_t crc = crc32(0, from, (size_t)(in.at - from));
  if (u32(&in) != crc) fail("the archive is damaged: the head of a part is");
  if (body > 0) {
    part.body = span(&in, body);
    if (u32(&in) != crc32(0, part.body.at, part.body.left)) fail("the archive is damaged: a group is");
  }
  end(&in);
  return part;
}

/* A .vz file in a group: images of a chain, tiles of one image, or a kept file; and its members. */
struct sheet {
  struct content content;
  size_t line, members, next; /* tiles of a line, 0 where there are none */
  int down;
};

/* Sees whether a sheet holds as many members as it is said to; of tiles, finds how large one is. */
static void check_sheet(const struct sheet *sheet, size_t *width, size_t *height) {
  const struct image *image = &sheet->content.image;
  size_t holds = sheet->content.kept.at ? 1 : image->images, columns = 1, rows = 1;
  if (sheet->line > 0) {
    if (sheet->content.kept.at || holds != 1 || sheet->members % sheet->line != 0)
      fail("the archive is damaged: tiles do not make an image");
    holds = sheet->members;
    columns = sheet->down ? holds / sheet->line : sheet->line;
    rows = holds / columns;
    if (image->width % columns != 0 || image->height % rows != 0)
      fail("the archive is damaged: tiles do not make an image");
  }
  if (holds != sheet->members) fail("the archive is damaged: a sheet has other members than its images");
  *width = image->width / columns;
  *height = image->height / rows;
}

static void write_member(struct sheet *sheet) {
  size_t width = 0, height = 0, place = sheet->next++;
  check_sheet(sheet, &width, &height);
  if (sheet->content.kept.at) write_content(&sheet->content);
  else if (sheet->line == 0) write_part(&sheet->content.image, 0, place * height, width, height);
  else {
    size_t along = place % sheet->line, across = place / sheet->line;
    size_t column = sheet->down ? across : along, row = sheet->down ? along : across;
    write_part(&sheet->content.image, column * width, row * height, width, height);
  }
}

/* One member after the other, each the next one of its sheet. */
static void write_group(const struct mixer *learned, struct bytes in) {
  struct part part = read_part(in, 'G');
  struct bytes head = unpack_learned(learned, part.head, (size_t)1 << 27);
  size_t members = (size_t)varint(&head, 65536, "the number of members");
  size_t count = (size_t)varint(&head, members, "the number of sheets");
  if (members == 0 || count == 0) fail("the archive is damaged: a group has no members");
  struct sheet *sheets = take(count, sizeof *sheets);
  size_t *sheet_of = take(members, sizeof *sheet_of);
  for (size_t i = 0; i < count; i++) {
    struct bytes sheet = span(&part.body, varint(&head, part.body.left, "the length of a sheet"));
    sheets[i].content = read_content(sheet, sheet.left + 7);
  }
  end(&part.body);
  for (size_t i = 0; i < count; i++) {
    size_t tiling = (size_t)varint(&head, 2 * 65536 + 1, "the tiling of a sheet");
    if (tiling == 1) fail("the archive is damaged: a line of tiles has none");
    sheets[i].line = tiling / 2;
    sheets[i].down = tiling % 2 == 1;
  }
  for (size_t i = 0; i < members; i++) {
    if (count > 1) sheet_of[i] = (size_t)varint(&head, count - 1, "the number of a sheet");
    sheets[sheet_of[i]].members++;
  }
  for (size_t i = 0; i < members; i++) write_member(&sheets[sheet_of[i]]);
}

void write_archive(struct bytes file) {
  static const uint8_t mark_of_end[4] = {0x56, 0x5A, 0x41, 0x0A};
  if (file.left < 12 || memcmp(file.at + file.left - 4, mark_of_end, 4) != 0)
    fail("the archive has lost its index");
  struct bytes tail = {file.at + file.left - 8, 4};
  size_t length = u32(&tail);
  if (length > file.left - 8) fail("the archive has lost its index");
  struct bytes index = read_part((struct bytes){file.at + file.left - 8 - length, length}, 'I').head;
  struct mixer *learned = learn_dictionary();
  index = unpack_learned(learned, index, (size_t)1 << 28);
  size_t count =
      (size_t)varint(&index, index.left < 16777216 ? index.left : 16777216, "the number of groups");
  for (size_t i = 0, place = 0; i < count; i++) {
    uint64_t before = varint(&index, file.left - place, "the place of a group");
    uint64_t bytes = varint(&index, file.left - place - before, "the length of a group");
    struct block *taken = mark();
    write_group(learned, (struct bytes){file.at + place + before, (size_t)bytes});
    release(taken);
    place += (size_t)(before + bytes);
  }
}
