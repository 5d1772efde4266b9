/* unvz: decodes .vz files and .vza archives to PAM images, or to the files that they keep.
 *
 *   cc -std=c99 -O2 -ffp-contract=off -o unvz decoder/(all).c -lm
 *   ./unvz [-m FOLDER] IN.vz > OUT.pam
 *
 * FOLDER holds the weights, models/ by default. Several images come one after the other. What the file says
 * of names, metadata and the form of the file that went in is left out. */
#include <stdio.h>
#include <string.h>

#include "container.h"
#include "memory.h"

void write_part(const struct image *image, size_t left, size_t top, size_t width, size_t height) {
  static const char *const types[] = {"GRAYSCALE", "GRAYSCALE_ALPHA", "RGB", "RGB_ALPHA"};
  size_t channels = (size_t)image->channels, row = width * channels, bytes = (size_t)image->depth / 8;
  struct block *before = mark();
  uint8_t *line = take(row, bytes);
  printf("P7\nWIDTH %zu\nHEIGHT %zu\nDEPTH %d\nMAXVAL %d\nTUPLTYPE %s\nENDHDR\n", width, height,
         image->channels, image->depth == 16 ? 65535 : 255, types[image->channels - 1]);
  for (size_t y = top; y < top + height; y++) {
    const uint16_t *samples = image->samples + (y * image->width + left) * channels;
    for (size_t i = 0, to = 0; i < row; i++) {
      if (bytes == 2) line[to++] = (uint8_t)(samples[i] >> 8);
      line[to++] = (uint8_t)samples[i];
    }
    fwrite(line, bytes, row, stdout);
  }
  release(before);
}

void write_content(const struct content *content) {
  if (content->kept.at) fwrite(content->kept.at, 1, content->kept.left, stdout);
  else
    for (size_t i = 0; i < content->image.images; i++)
      write_part(&content->image, 0, i * content->image.height, content->image.width, content->image.height);
}

static void write_file(struct bytes file) {
  static const uint8_t signature[3] = {0x89, 0x56, 0x5A};
  if (file.left < 4 || memcmp(file.at, signature, 3) != 0) fail("it is no .vz file");
  if (file.at[3] == 0x41) {
    write_archive(file);
    return;
  }
  if (file.left < 8) fail("the file is truncated");
  struct bytes checksum = {file.at + file.left - 4, 4};
  if (u32(&checksum) != crc32(0, file.at, file.left - 4)) fail("the file is damaged or truncated");
  struct content content = read_content((struct bytes){file.at + 3, file.left - 7}, file.left);
  write_content(&content);
}

int main(int count, char **arguments) {
  const int at = count > 2 && strcmp(arguments[1], "-m") == 0 ? 3 : 1;
  if (at == 3) set_models(arguments[2]);
  if (count != at + 1) {
    fprintf(stderr, "unvz [-m FOLDER] IN.vz > OUT.pam\n");
    return 1;
  }
  if (setjmp(on_failure)) {
    release(NULL);
    fprintf(stderr, "%s: %s\n", arguments[at], failure);
    return 1;
  }
  write_file(read_file(arguments[at]));
  release(NULL);
  if (fflush(stdout) == 0 && !ferror(stdout)) return 0;
  fprintf(stderr, "%s: cannot write its content\n", arguments[at]);
  return 1;
}
