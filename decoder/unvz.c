/* unvz: decodes .vz files and .vza archives to PAM images, one after the other, or to the files they keep.
 *
 *   cc -std=c99 -O2 -ffp-contract=off -o unvz decoder/(all).c -lm
 *   ./unvz [-m FOLDER] IN.vz > OUT.pam       FOLDER holds the weights, models/ by default */
#include <stdio.h>
#include <string.h>
#include "container.h"

void write_part(const struct coded *image, size_t left, size_t top, size_t width, size_t height) {
  static const char *const types[] = {"GRAYSCALE", "GRAYSCALE_ALPHA", "RGB", "RGB_ALPHA"};
  size_t channels = (size_t)image->channels;
  printf("P7\nWIDTH %zu\nHEIGHT %zu\nDEPTH %d\nMAXVAL %d\nTUPLTYPE %s\nENDHDR\n", width, height,
         image->channels, image->depth == 16 ? 65535 : 255, types[channels - 1]);
  struct block *before = mark();
  for (size_t y = top; y < top + height; y++) {
    const uint16_t *samples = image->samples + (y * image->width + left) * channels;
    uint8_t *line = take(width * channels, 2), *to = line;
    for (size_t i = 0; i < width * channels; i++) {
      if (image->depth == 16) *to++ = (uint8_t)(samples[i] >> 8);
      *to++ = (uint8_t)samples[i];
    }
    fwrite(line, 1, (size_t)(to - line), stdout); release(before);
  }
}

void write_content(const struct content *content) {
  const struct coded *image = &content->image;
  if (content->kept.at) fwrite(content->kept.at, 1, content->kept.left, stdout);
  for (size_t i = 0; i < image->images; i++)
    write_part(image, 0, i * image->height, image->width, image->height);
}

static void write_file(struct bytes file) {
  if (file.left < 4 || memcmp(file.at, "\x89VZ", 3) != 0) fail("it is no .vz file");
  if (file.at[3] == 'A') { write_archive(file); return; }
  if (file.left < 8) fail("the file is truncated");
  struct bytes checksum = {file.at + file.left - 4, 4};
  if (u32(&checksum) != crc32(0, file.at, file.left - 4)) fail("the file is damaged or truncated");
  struct content content = read_content((struct bytes){file.at + 3, file.left - 7}, file.left);
  write_content(&content);
}

int main(int count, char **arguments) {
  const int at = count > 2 && strcmp(arguments[1], "-m") == 0 ? 3 : 1;
  if (at == 3) set_models(arguments[2]);
  if (count != at + 1) { fprintf(stderr, "unvz [-m FOLDER] IN.vz > OUT.pam\n"); return 1; }
  if (setjmp(on_failure)) {
    fprintf(stderr, "%s: %s\n", arguments[at], failure);
    release(NULL);
    return 1;
  }
  write_file(read_file(arguments[at]));
  if (fflush(stdout) != 0 || ferror(stdout)) fail("cannot write its content");
  release(NULL);
  return 0;
}
