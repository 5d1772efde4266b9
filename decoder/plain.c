/* Filtered rows: the model `plain` and alpha channels (docs/FORMAT.md, who codes what; the alpha channel). */
#include <stdlib.h>

#include "container.h"

/* PNG's filters of types 0, 1, 2 and 4: what the bytes to the left, above and above left foretell. */
static int foretold(int filter, int left, int above, int corner) {
  if (filter == 0) return 0;
  if (filter == 1) return left;
  if (filter == 2) return above;
  int to_left = abs(above - corner), to_above = abs(left - corner),
      to_corner = abs(left + above - 2 * corner);
  if (to_left <= to_above && to_left <= to_corner) return left;
  return to_above <= to_corner ? above : corner;
}

void read_rows(struct bytes in, const struct image *image, int filter, uint16_t *samples) {
  size_t bytes = (size_t)image->depth / 8, step = (size_t)image->channels * bytes, row = image->width * step;
  size_t size = row * image->height, count = size * image->images;
  struct bytes packed = unpack(in, count);
  if (packed.left != count) fail("the file is damaged: it holds too few samples");
  uint8_t *all = take(count, 1);
  for (size_t i = 0; i < count; i++) {
    int has_left = i % row >= step, has_above = i % size >= row;
    int left = has_left ? all[i - step] : 0, above = has_above ? all[i - row] : 0;
    int corner = has_left && has_above ? all[i - row - step] : 0;
    all[i] = (uint8_t)(packed.at[i] + foretold(filter, left, above, corner));
    samples[i / bytes] = (uint16_t)(samples[i / bytes] | all[i] << 8 * (i % bytes));
  }
}

/* A channel that a model of grey images has coded. */
static void read_modelled(struct bytes in, const uint8_t *from, const struct image *plane,
                          uint16_t *samples) {
  struct bytes id = span(&in, 3);
  struct sections *sections = take(1, sizeof *sections);
  read_sections(in, from, 0, sections);
  for (int type = 0; type < 256; type++)
    if (sections->of[type].at && type != SCAN && type != DEPTH && type != LEVELS && type != GROUP &&
        type != GROUPS)
      fail("the file is damaged: the sections are not those of an alpha channel");
  if (!sections->groups) fail("the file is damaged: the alpha channel has no groups");
  decode_samples(id, sections, plane, samples);
}

void read_alpha(struct bytes in, const struct image *plane, uint16_t *samples) {
  static const int filters[4] = {0, 1, 2, 4};
  const uint8_t *from = in.at;
  uint8_t kind = u8(&in);
  if (kind == 0) {
    uint16_t value = plane->depth == 16 ? u16(&in) : u8(&in);
    end(&in);
    for (size_t i = 0; i < plane->width * plane->height * plane->images; i++) samples[i] = value;
  } else if (kind < 5) read_rows(in, plane, filters[kind - 1], samples);
  else if (kind == 5) read_modelled(in, from, plane, samples);
  else fail("an alpha channel of kind %d is not known here", kind);
}
