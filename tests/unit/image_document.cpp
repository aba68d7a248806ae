#include "tests/unit/image_document.h"

#include <string_view>
#include <utility>

#include "boot/image/image_format.h"
#include "boot/image/image_writer.h"
#include "vm/isa/encoding.h"

namespace coracle {
namespace {

constexpr std::string_view container = R"md(
# Images

An image is Coracle's own file: sections of any contents, compressed and checked. Numbers (u8, u16, u32, u64)
are little-endian on every host, without padding. A `text` is a u16, the number of its bytes, and these
bytes, in UTF-8. All sums are XXH3 with the seed 0.

    image      = magic version header { section } index
    magic      = 89 "Coracle" 0D 0A 1A 0A
    version    = u32: 1
    header     = u32 size, that many bytes of fields, u64 XXH3-64 of the image up to here
      fields   = text release, text machine type, u8 byte order (0 any, 1 little, 2 big),
                 texts features, texts needs
      texts    = u32 number, that many texts
    section    = mark "SECT" u32 size, that many bytes of facts, u64 XXH3-64 of what began with the mark,
                 { frame }
      facts    = u16 kind, u64 size, u64 stored size, 16 bytes XXH3-128 of the contents, text name
    frame      = u8 method, u8 filter, u16 number of blocks, u32 stored size,
                 u64 XXH3-64 of all other bytes of the frame,
                 for each block u32 size and u32 filtered size, stored bytes
    index      = mark "INDX" u32 number, for each section u64 offset of its mark and its facts,
                 u64 XXH3-64 of what began with the mark, u64 offset of that, "imageend"

A reader needs no seek: header, sections, index come in this order, and nothing follows. One that can seek finds
the index by the last 16 bytes. A reader refuses versions and features that it doesn't know, by name; it skips
kinds of sections that it doesn't know. Release and machine type are those of the boot files and compiled
files; both are empty if there are none. `needs` are the base names of boot files of which any one must be
loaded before those of this image.

A section's size is the sum of the sizes of its blocks, its stored size that of the frames themselves, heads
included. Names are unique. They are relative paths: parts separated by `/`, none of them empty, `.` or `..`,
without backslashes and control characters, @NAME@ bytes at most.

)md";

constexpr std::string_view frames = R"md(
A frame's contents are one or more blocks, each of 1 byte or more, together of at most @FRAME@ bytes. The method is 0
(the filtered bytes of the blocks are stored as they are, one after the other) or 1 (they are one zstd frame, with a
window of at most @FRAME@ bytes). The filter is 0 (none: the filtered bytes of a block are its contents, and both
sizes are the same) or 1 (they are those of the filter below). Each frame is decoded by itself, block by block. What a
method doesn't make smaller is stored.

@LIMITS@

The writer gives the same bytes for the same contents and options on every host; what zstd makes may change with
its version. It cuts fasl files between their objects, into blocks of @BLOCK@ bytes
and frames of @FRAMES@ bytes where it can. Since a boot file's code runs while the rest is decoded, its first blocks
are shorter: @FIRST@ bytes, and then no more than what comes before the block.

## The filter

The filter takes whole items of a fasl file (headers, objects with their situations) and sorts their bytes into
streams, in the order of a walk over the file. What it can't give back byte for byte is not filtered.

    filtered   = u8 dialect, { size of a stream }, { stream }

Bit 0 of the dialect says that graphs have `externals`, bit 1 that the toplink is the first word of a return
point's header. There are as many sizes and streams as rows in this table. Their numbers are those of the
fasl format; a *folded* number is 2n for n, and -2n - 1 for a negative n.

)md";

constexpr std::string_view code = R"md(
A relocation has one of four kinds by its head and item offset: 0 for the head 4, 1 for the head 8, 2 for the
head 10 with the item offset 65, 3 for all others. Its object's code has 6 bits. Its place is expected to
be the next one of those that the code gives: data of a literal that is 0, the first relocatable word of
a return point's header.

### Code

Words of 4 bytes are walked in order. A *block* begins after each word that ends a run, and after the header of a
return point, if one follows there. These opcodes matter:

)md";

constexpr std::string_view details = R"md(
- `literal`: its 8 bytes of data are left out. If they aren't 0, they are in `literals`, and bit 12 of
  the word is set in `instructions`.
- `adr`: where its distance leads to a return point whose header the walk meets, the distance is 0 in
  `instructions`, and the address waits.
- After a word that ends a run, while addresses wait, a byte in `headers` says what follows: 0, no header; 1 or 2 plus
  4n, a header of 32 or 16 bytes, of the address after which n younger ones wait. It waits no longer.
  Of the header, `frames` has the mask and the size (for 32 bytes), or both in one word; the first relocatable
  word is 0, the toplink follows from the place.
- A branch by a distance has the distance 0 in `instructions` and a byte in `branches`: n + 1 if it leads to the start
  of a block before which n others start after the branch (n < 250); 255 if it leads back to one, which
  `blocks_back` tells (1: the current one); 0 otherwise: `distances` has the number of words from the origin
  to the target. The *origin* is the last branch of the first sort that led to this block or, if none did, to the
  last block before it that has one; 0 before that, and where it would be the first word.
)md";

/// Puts the numbers of image_format.h where the text has their names.
std::string with_limits(std::string text) {
  std::pair<std::string, std::string> const numbers[] = {
      {"@FRAME@", std::to_string(largest_frame)},
      {"@BLOCK@", std::to_string(usual_block_bytes)},
      {"@FIRST@", std::to_string(first_block_bytes)},
      {"@FRAMES@", std::to_string(ImageOptions{}.frame_bytes)},
      {"@NAME@", std::to_string(longest_section_name)},
      {"@LIMITS@", "Limits: a header of " + std::to_string(longest_image_header) +
                       " bytes, facts of " + std::to_string(longest_section_head) + ", " +
                       std::to_string(most_sections) + " sections, " +
                       std::to_string(largest_frame) + " filtered bytes."}};
  for (auto const& [name, number] : numbers) {
    for (std::size_t at = 0; (at = text.find(name)) != std::string::npos;)
      text.replace(at, name.size(), number);
  }
  return text;
}

std::string row(std::initializer_list<std::string_view> cells) {
  std::string line;
  for (std::string_view const text : cells) line += "| " + std::string(text) + " ";
  return line + "|\n";
}

std::string opcodes(bool (*matters)(const InstructionInfo&)) {
  std::string text;
  for (std::uint32_t op = 0; op < 256; ++op) {
    const InstructionInfo* const info = find_instruction(op);
    if (info == nullptr || !matters(*info)) continue;
    text +=
        (text.empty() ? "`" : ", `") + std::string(info->name) + "` (" + std::to_string(op) + ")";
  }
  return text;
}

}  // namespace

std::string image_document() {
  std::string text(container);
  text += row({"kind", "name", "contents"}) + "|---|---|---|\n";
#define SECTION_KIND(number, name, meaning) text += row({#number, "`" #name "`", meaning});
#include "boot/image/section_kinds.def"
#undef SECTION_KIND
  text += frames;
  text += row({"stream", "what it holds"}) + "|---|---|\n";
#define STREAM(name, meaning) text += row({"`" #name "`", meaning});
#include "boot/image/filter.def"
#undef STREAM
  text += code;
  text += row({"what", "opcodes"}) + "|---|---|\n";
  text += row({"ends a run", opcodes([](const InstructionInfo& i) { return ends_run(i.flow); })});
  text +=
      row({"literal", opcodes([](const InstructionInfo& i) { return i.flow == Flow::literal; })});
  text +=
      row({"address", opcodes([](const InstructionInfo& i) { return i.flow == Flow::address; })});
  text += row({"branch by a distance", opcodes([](const InstructionInfo& i) {
                 for (const Field& f : i.operands())
                   if (f.kind == FieldKind::code_bytes) return true;
                 return false;
               })});
  text += details;
  return with_limits(std::move(text));
}

}  // namespace coracle
