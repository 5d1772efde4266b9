// CRC-32 of ISO 3309, as in PNG (PNG specification, annex D): the polynomial 0xEDB88320, bits from the least
// significant on. Sixteen bytes a step by sixteen tables (Kounavis and Berry 2008, "slicing"): table k holds what a
// byte comes to once k zero bytes have followed it.

const POLYNOMIAL: u32 = 0xedb88320;

/** Bytes of one table: 256 u32. */
@inline const TABLE: usize = 1024;
/** Bytes of the sixteen. */
@inline export const TABLES_BYTES: usize = 16 * TABLE;

/** Writes the sixteen tables. */
export function crc32Tables(tables: usize): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (POLYNOMIAL & (0 - (crc & 1)));
    store<u32>(tables + (byte << 2), crc);
  }
  for (let address = tables; address < tables + 15 * TABLE; address += 4) {
    const crc = load<u32>(address);
    store<u32>(address + TABLE, (crc >> 8) ^ at(tables, 0, crc & 0xff));
  }
}

/** The CRC-32 of all bytes before, given in `crc` (0 for none), and of `length` bytes more at the address. */
export function crc32Update(tables: usize, crc: u32, bytes: usize, length: usize): u32 {
  const end = bytes + length;
  let state = ~crc;
  for (; bytes + 16 <= end; bytes += 16) {
    state =
      four(tables, 12, state ^ load<u32>(bytes)) ^
      four(tables, 8, load<u32>(bytes, 4)) ^
      four(tables, 4, load<u32>(bytes, 8)) ^
      four(tables, 0, load<u32>(bytes, 12));
  }
  for (; bytes < end; bytes++) state = (state >> 8) ^ at(tables, 0, (state ^ load<u8>(bytes)) & 0xff);
  return ~state;
}

/** What four bytes come to, the last of them by the table given. */
@inline
function four(tables: usize, table: usize, word: u32): u32 {
  return (
    at(tables, table + 3, word & 0xff) ^
    at(tables, table + 2, (word >> 8) & 0xff) ^
    at(tables, table + 1, (word >> 16) & 0xff) ^
    at(tables, table, word >> 24)
  );
}

@inline
function at(tables: usize, table: usize, byte: u32): u32 {
  return load<u32>(tables + table * TABLE + ((<usize>byte) << 2));
}
