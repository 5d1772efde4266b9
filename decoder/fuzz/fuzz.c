/* A target for clang's libFuzzer: decodes its input in process, as unvz does, once checksums have been made
 * right, so that what is wrong in a file reaches the models' streams. ../README.md says how to build it.
 *
 * VZ_MODELS is the folder of the weights. The checksum of the samples stays as it is: it is looked at once
 * all has been decoded. Images of more than MOST samples are left out, so an execution takes little time.
 * Where VZ_MENDED names a folder, the n-th input is written there as n.vz, its checksums right, and what it
 * decodes to, if anything, as n.pam: compare.js holds the library against them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "container.h"

enum { MOST = 1 << 12, MOST_MODELS = 64, ID_BYTES = 3 };

static uint8_t ids[MOST_MODELS][ID_BYTES];
static size_t id_count;
/* Where inputs are written as they are decoded, and how many were; NULL where they are not. */
static const char *mended;
static int written;

static void store_u32(uint8_t *to, uint32_t value) {
  for (int i = 0; i < 4; i++) to[i] = (uint8_t)(value >> 8 * i);
}

/* Where what is read next lies in the copy. */
static uint8_t *place(uint8_t *file, const struct bytes *in) {
  return file + (in->at - file);
}

/* Checksums of several groups. */
static void mend_groups(uint8_t *file, struct bytes in) {
  size_t count = (size_t)varint(&in, 65536, "a number");
  struct bytes list = in;
  for (size_t i = 0; i < count; i++) {
    varint(&in, SIZE_MAX >> 8, "a length");
    u32(&in);
  }
  struct bytes groups = in;
  u32(&groups);
  for (size_t i = 0; i < count; i++) {
    uint64_t length = varint(&list, SIZE_MAX >> 8, "a length");
    struct bytes group = span(&groups, length);
    store_u32(place(file, &list), crc32(0, group.at, group.left));
    u32(&list);
  }
  store_u32(place(file, &in), crc32(0, file, (size_t)(in.at - file)));
}

/* An image's model and its groups' checksums. Returns its samples, 0 if it is none. */
static uint64_t mend_image(uint8_t *file, size_t size) {
  struct bytes in = {file + 4, size - 8};
  uint8_t form = u8(&in);
  uint64_t samples = (form & 3) + 1u;
  for (int i = 0; i < (form & 4 ? 3 : 2); i++) {
    uint64_t side = varint(&in, MOST, "a side");
    if (samples > MOST) fail("it is too large");
    samples *= side;
  }
  for (int i = 0; form & 8 && i <= (form & 3); i++) varint(&in, 1024, "a depth");
  if (form >> 4 == ID_BYTES && id_count > 0) {
    size_t model = 0;
    while (model < id_count && memcmp(ids[model], in.at, ID_BYTES) != 0) model++;
    if (model == id_count && in.left >= ID_BYTES)
      memcpy(place(file, &in), ids[in.at[0] % id_count], ID_BYTES);
  }
  span(&in, (form >> 4) + 4u);
  for (int last = 0; !last;) {
    uint8_t type = u8(&in);
    last = type & 0x40;
    struct bytes part = span(&in, last ? in.left : varint(&in, in.left, "a length"));
    type &= 0xBF;
    if (type == GROUPS || type == GROUPS_START) mend_groups(file, part);
  }
  return samples;
}

/* An archive's parts, one after the other. */
static void mend_archive(uint8_t *file, size_t size) {
  for (struct bytes in = {file + 4, size - 4}; in.left > 8;) {
    const uint8_t *from = in.at;
    span(&in, 2);
    uint64_t head = varint(&in, in.left, "a length"), body = varint(&in, in.left, "a length");
    span(&in, head);
    store_u32(place(file, &in), crc32(0, from, (size_t)(in.at - from)));
    u32(&in);
    if (body == 0) continue;
    struct bytes all = span(&in, body);
    if (in.left >= 4) store_u32(place(file, &in), crc32(0, all.at, all.left));
    u32(&in);
  }
}

static void decode(uint8_t *file, size_t size) {
  if (file[3] == 0x41) {
    write_archive((struct bytes){file, size});
    return;
  }
  struct content content = read_content((struct bytes){file + 3, size - 7}, size);
  write_content(&content);
}

/* Has what is decoded from now on go into a file. */
static void open_output(const char *path) {
  if (!freopen(path, "w", stdout)) abort();
}

/* The name of the input's file, or of its pixels'. */
static const char *name_of(const char *ending) {
  static char name[1024];
  snprintf(name, sizeof name, "%s/%d.%s", mended, written, ending);
  return name;
}

static void write_mended(const uint8_t *file, size_t size) {
  open_output(name_of("vz"));
  fwrite(file, 1, size, stdout);
  open_output(name_of("pam"));
}

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***arguments) {
  const char *folder = getenv("VZ_MODELS");
  (void)count, (void)arguments;
  set_models(folder ? folder : "test/golden/weights");
  mended = getenv("VZ_MENDED");
  open_output("/dev/null");
  if (setjmp(on_failure)) {
    fprintf(stderr, "%s\n", failure);
    exit(1);
  }
  struct bytes list = read_file(model_path("SHA256SUMS"));
  for (; list.left > 0 && id_count < MOST_MODELS; id_count++) {
    for (int i = 0; i < ID_BYTES; i++) {
      char digits[3] = "";
      for (int digit = 0; digit < 2; digit++) digits[digit] = (char)u8(&list);
      ids[id_count][i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    while (list.left > 0 && u8(&list) != '\n') continue;
  }
  release(NULL);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t *file;
  static int begun;
  if (size < 12 || size > 1 << 20) return 0;
  free(file);
  file = malloc(size);
  if (!file) return 0;
  memcpy(file, data, size);
  memcpy(file, "\x89VZ", 3);
  begun = 0;
  if (setjmp(on_failure) == 0) {
    uint64_t samples = 1;
    if (file[3] == 0x41) mend_archive(file, size);
    else if (file[3] == 0x0A) samples = mend_image(file, size);
    if (file[3] != 0x41) store_u32(file + size - 4, crc32(0, file, size - 4));
    begun = samples <= MOST;
    if (begun && mended) write_mended(file, size);
    if (begun) decode(file, size);
  } else if (begun && mended) {
    open_output("/dev/null");
    remove(name_of("pam"));
  }
  release(NULL);
  written += begun;
  return 0;
}
