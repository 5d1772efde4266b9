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

/* One member after the other, each the next one of its sheet. */
static void write_group(const struct mixer *learned, struct bytes in) {
  struct part part = read_part(in, 'G');
  struct bytes head = unpack_learned(learned, part.head, (size_t)1 << 27);
  size_t members = (size_t)varint(&head, 65536, "the number of members");
  size_t sheets = (size_t)varint(&head, members, "the number of sheets");
  if (members == 0 || sheets == 0) fail("the archive is damaged: a group has no members");
  struct content *contents = take(sheets, sizeof *contents);
  size_t *next = take(sheets, sizeof *next);
  struct bytes lengths = head;
  for (size_t i = 0; i < sheets; i++) varint(&head, (uint64_t)1 << 40, "the length of a sheet");
  for (size_t i = 0; i < sheets; i++) {
    struct bytes sheet = span(&part.body, varint(&lengths, part.body.left, "the length of a sheet"));
    contents[i] = read_content(sheet, sheet.left + 7);
  }
  end(&part.body);
  for (size_t i = 0; i < members; i++) {
    size_t sheet = sheets > 1 ? (size_t)varint(&head, sheets - 1, "the number of a sheet") : 0;
    const struct content *content = &contents[sheet];
    if (next[sheet] >= (content->kept.at ? 1 : content->image.images))
      fail("the archive is damaged: a sheet is short");
    if (content->kept.at) write_content(content);
    else write_image(&content->image, next[sheet]);
    next[sheet]++;
  }
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
