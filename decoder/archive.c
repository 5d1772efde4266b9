/* Archives (docs/FORMAT.md): the index at the end tells where the groups lie; each has a head and sheets of
 * images. */
#include <string.h>
#include "container.h"

static const char TILES[] = "the archive is damaged: tiles do not make an image";
static const char LOST[] = "the archive has lost its index";

/* The head of a part and, where there is one, its body, both checked. */
static struct bytes read_part(struct bytes in, char kind, struct bytes *body) {
  const uint8_t *from = in.at;
  if (u8(&in) != 'V' || u8(&in) != kind) fail("the archive is damaged: no part stands where one should");
  uint64_t head_bytes = varint(&in, (uint64_t)1 << 27, "the length of a head");
  uint64_t body_bytes = varint(&in, (uint64_t)1 << 40, "the length of a body");
  struct bytes head = span(&in, head_bytes); uint32_t crc = crc32(0, from, (size_t)(in.at - from));
  if (u32(&in) != crc) fail("the archive is damaged: the head of a part is");
  *body = span(&in, body_bytes);
  if (body->left > 0 && u32(&in) != crc32(0, body->at, body->left)) fail("the archive has a damaged group");
  end(&in);
  return head;
}

/* A .vz file in a group: images of a chain, tiles of one image, or a kept file. Its members are written one
 * after the other; of tiles (line > 0) so many make a line. */
struct sheet { struct content content; size_t line, members, next; int down; };

static void write_member(struct sheet *sheet) {
  const struct coded *image = &sheet->content.image; int is_kept = sheet->content.kept.at != NULL;
  size_t place = sheet->next++, row = place, column = 0, rows = is_kept ? 1 : image->images, columns = 1;
  if (sheet->line > 0) {
    if (rows != 1 || is_kept || sheet->members % sheet->line != 0) fail(TILES);
    size_t along = place % sheet->line, across = place / sheet->line;
    column = sheet->down ? across : along, row = sheet->down ? along : across;
    columns = sheet->down ? sheet->members / sheet->line : sheet->line, rows = sheet->members / columns;
    if (image->width % columns != 0 || image->height % rows != 0) fail(TILES);
  }
  if (rows * columns != sheet->members) fail("the archive is damaged: a sheet holds no such members");
  size_t width = image->width / columns, height = image->height * image->images / rows;
  if (is_kept) write_content(&sheet->content);
  else write_part(image, column * width, row * height, width, height);
}

static void write_group(const struct mixer *learned, struct bytes in) {
  struct bytes body, head = unpack_learned(learned, read_part(in, 'G', &body), (size_t)1 << 27);
  size_t members = (size_t)varint(&head, 65536, "the number of members");
  size_t count = (size_t)varint(&head, members, "the number of sheets");
  if (members == 0 || count == 0) fail("the archive is damaged: a group has no members");
  struct sheet *sheets = take(count, sizeof *sheets); size_t *sheet_of = take(members, sizeof *sheet_of);
  for (size_t i = 0; i < count; i++) {
    struct bytes sheet = span(&body, varint(&head, body.left, "the length of a sheet"));
    sheets[i].content = read_content(sheet, sheet.left + 7);
  }
  end(&body);
  for (size_t i = 0; i < count; i++) {
    size_t tiling = (size_t)varint(&head, 2 * 65536 + 1, "the tiling of a sheet");
    if (tiling == 1) fail("the archive is damaged: a line of tiles has none");
    sheets[i].line = tiling / 2, sheets[i].down = tiling % 2 == 1;
  }
  for (size_t i = 0; i < members; i++) {
    if (count > 1) sheet_of[i] = (size_t)varint(&head, count - 1, "the number of a sheet");
    sheets[sheet_of[i]].members++;
  }
  for (size_t i = 0; i < members; i++) write_member(&sheets[sheet_of[i]]);
}

void write_archive(struct bytes file) {
  if (file.left < 12 || memcmp(file.at + file.left - 4, "VZA\n", 4) != 0) fail(LOST);
  struct bytes tail = {file.at + file.left - 8, 4}, body; size_t length = u32(&tail);
  if (length > file.left - 8) fail(LOST);
  struct bytes index = read_part((struct bytes){file.at + file.left - 8 - length, length}, 'I', &body);
  struct mixer *learned = learn_dictionary(); index = unpack_learned(learned, index, (size_t)1 << 28);
  size_t most = index.left < 16777216 ? index.left : 16777216;
  size_t count = (size_t)varint(&index, most, "the number of groups");
  for (size_t i = 0, place = 0; i < count; i++) {
    place += (size_t)varint(&index, file.left - place, "the place of a group");
    size_t length_of_group = (size_t)varint(&index, file.left - place, "the length of a group");
    struct block *taken = mark(); write_group(learned, (struct bytes){file.at + place, length_of_group});
    release(taken); place += length_of_group;
  }
}
