// Zip archives: a writer, and a reader of what it and others write (stored or deflated, without zip64 or encryption).
import { SchemeError } from "./errors.js";

const localHeader = 0x04034b50;
const centralHeader = 0x02014b50;
const endOfArchive = 0x06054b50;
const endSize = 22;
const utf8Names = 0x800;
const encrypted = 1;
const stored = 0;
const deflated = 8;

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let i = 0; i < 8; ++i) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const through = async (bytes, stream) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

/// Undefined where JavaScript can't deflate: then files are stored as they are.
async function deflate(bytes) {
  let stream;
  try {
    stream = new CompressionStream("deflate-raw");
  } catch {
    return undefined;
  }
  return through(bytes, stream);
}

/// The date and time of MS-DOS, which archives have: local time, in steps of two seconds, from 1980 on.
function dosTime(date) {
  if (date.getFullYear() < 1980) return 0x210000;
  return ((date.getFullYear() - 1980) << 25 | (date.getMonth() + 1) << 21 | date.getDate() << 16 |
    date.getHours() << 11 | date.getMinutes() << 5 | date.getSeconds() >> 1) >>> 0;
}
const fromDosTime = (n) =>
  new Date((n >>> 25) + 1980, (n >>> 21 & 15) - 1, n >>> 16 & 31, n >>> 11 & 31, n >>> 5 & 63, (n & 31) * 2);

/// A record of little-endian numbers: pairs of a size in bytes and a value.
function record(...fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

/// The archive of entries: name (folders end with /), bytes, modified (a Date), mode.
export async function writeZip(entries) {
  const parts = [];
  const directory = [];
  let offset = 0;
  const add = (...pieces) => {
    for (const piece of pieces) {
      parts.push(piece);
      offset += piece.length;
    }
  };
  for (const { name, bytes, modified, mode } of entries) {
    const encoded = new TextEncoder().encode(name);
    const packed = bytes.length > 0 ? await deflate(bytes) : undefined;
    const [method, data] = packed !== undefined && packed.length < bytes.length ? [deflated, packed] : [stored, bytes];
    const common = [[2, 20], [2, utf8Names], [2, method], [4, dosTime(modified)], [4, crc32(bytes)],
      [4, data.length], [4, bytes.length], [2, encoded.length], [2, 0]];
    directory.push(record([4, centralHeader], [2, 3 << 8 | 20], ...common, [2, 0], [2, 0], [2, 0],
                          [4, ((mode << 16) >>> 0) + (name.endsWith("/") ? 0x10 : 0)], [4, offset]), encoded);
    add(record([4, localHeader], ...common), encoded, data);
  }
  const start = offset;
  add(...directory);
  if (offset + endSize > 0xffffffff || entries.length > 0xffff) {
    throw new SchemeError("file", `found ${entries.length} files of ${offset} bytes, expected what a zip archive can hold`);
  }
  add(record([4, endOfArchive], [2, 0], [2, 0], [2, entries.length], [2, entries.length], [4, offset - start],
             [4, start], [2, 0]));
  const archive = new Uint8Array(offset);
  let at = 0;
  for (const part of parts) {
    archive.set(part, at);
    at += part.length;
  }
  return archive;
}

/// The entries of an archive: name, bytes, modified.
export async function readZip(archive) {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.length);
  const bad = (why) => new SchemeError("file", `the zip archive can't be read: ${why}`);
  const at = (offset, size) => {
    if (offset + size > archive.length) throw bad(`found its end at ${archive.length}, expected ${size} bytes at ${offset}`);
    return offset;
  };
  let end = archive.length - endSize;
  while (end >= 0 && view.getUint32(end, true) !== endOfArchive) --end;
  if (end < 0) throw bad("found no directory");
  const entries = [];
  let next = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; --left) {
    at(next, 46);
    if (view.getUint32(next, true) !== centralHeader) throw bad(`found no entry at ${next}`);
    const [flags, method, time, crc, packedSize, size] =
      [[8, 2], [10, 2], [12, 4], [16, 4], [20, 4], [24, 4]].map(
        ([where, width]) => (width === 2 ? view.getUint16(next + where, true) : view.getUint32(next + where, true)));
    const nameLength = view.getUint16(next + 28, true);
    at(next + 46, nameLength);
    const name = new TextDecoder().decode(archive.subarray(next + 46, next + 46 + nameLength));
    if (flags & encrypted) throw bad(`${name} is encrypted`);
    if (method !== stored && method !== deflated) throw bad(`${name} has the method ${method}`);
    const local = at(view.getUint32(next + 42, true), 30);
    if (view.getUint32(local, true) !== localHeader) throw bad(`found no file at ${local}`);
    const data = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = archive.subarray(at(data, packedSize), data + packedSize);
    let bytes;
    try {
      bytes = method === stored ? packed.slice() : await through(packed, new DecompressionStream("deflate-raw"));
    } catch (error) {
      throw bad(`${name}: ${error.message}`);
    }
    if (bytes.length !== size || crc32(bytes) !== crc) throw bad(`${name} is damaged`);
    entries.push({ name, bytes, modified: fromDosTime(time) });
    next += 46 + nameLength + view.getUint16(next + 30, true) + view.getUint16(next + 32, true);
  }
  return entries;
}
