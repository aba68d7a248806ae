// The text of FORMAT.md; a unit test compares it with the file.
#include "tests/unit/fasl_document.h"

#include "boot/image/fasl.h"
#include "boot/profiles/profiles.h"
#include "tests/unit/image_document.h"

namespace coracle {
namespace {

constexpr std::string_view introduction = R"md(# The fasl format

This is the format of boot files and compiled files; that of Coracle's own images follows. The text is printed
from the tables in `fasl.def`, `fasl.h`, `section_kinds.def` and `filter.def`: change those, then print it again:

    tools/build release unit_tests
    CORACLE_GOLDEN_REWRITE=1 build/release/tests/unit_tests -tc='*FORMAT.md*'

## Numbers

An *unsigned number* consists of groups of 7 bits, the most significant first; bit 7 of a byte says that
another group follows. A *signed number* is a sign and a magnitude: the first byte holds the sign (bit 7)
and 6 bits of the magnitude (bits 6 to 1), each further byte 7 bits (bits 7 to 1); here bit 0 says that
another byte follows.

## Files

    file       = [ script-line ] { header | object }
    header     = 0 0 0 0 "chez" version machine-type "(" [ name { " " name } ] ")"
    object     = situation size { contents of that size }
    contents   = uncompressed kind fasl
               | gzip kind uncompressed-size zlib-stream
               | lz4 kind uncompressed-size lz4-block
    situation  = visit | revisit | visit-revisit
    kind       = fasl

Version, machine type and sizes are unsigned numbers; the other words are the codes below. The names in
a boot file's header are those of other boot files, without `.boot`; one of them, any one, must be loaded
first. A base file names none. Machine type 0 fits any machine. A terminator ends the file; what follows
it is not read. A script's compiled file begins with the script's first line, `#! ...` or `#!/...`; no boot
file does. Objects of the kind vfasl hold an image of one machine's memory. The machine type pb,
whose byte order isn't fixed, has none, and they are refused.

)md";

/// A `|` in a cell would end it.
std::string cell(std::string_view text) {
  std::string result = "| ";
  for (char const c : text) {
    if (c == '|') result += '\\';
    result += c;
  }
  return result + ' ';
}

std::string row(std::initializer_list<std::string_view> cells) {
  std::string line;
  for (std::string_view const text : cells) line += cell(text);
  return line + "|\n";
}

std::string_view kind_name(FaslFieldKind kind) {
  switch (kind) {
#define KIND(name, meaning) \
  case FaslFieldKind::name: return #name;
    CORACLE_FASL_FIELD_KINDS(KIND)
#undef KIND
  }
  return "";
}

std::string fields_of(const FaslRow& r) {
  std::string text;
  for (std::size_t i = 0; i < r.field_count; ++i) {
    if (i != 0) text += ", ";
    text +=
        "`" + std::string(kind_name(r.fields[i].kind)) + "` " + std::string(r.fields[i].meaning);
  }
  return text;
}

std::string rows_of(FaslRole role, std::string_view what) {
  std::string text = row({"code", what, "fields"}) + "|---|---|---|\n";
  for (const FaslRow& r : fasl_rows) {
    if (r.name.empty() || r.role != role) continue;
    text += row({std::to_string(static_cast<int>(r.code)), r.name, fields_of(r)});
  }
  return text;
}

constexpr std::string_view details = R"(
## Graphs

An object with parts that are referred to more than once is in a `graph`. `graph_def` gives an object a mark, and
`graph_ref` stands for the object with that mark; a part may refer to the object that contains it. The
objects of the last `externals` marks are not in the file: the program that reads it supplies them.
Some releases don't write their number; then they are all the objects that the program supplies.

## Records

A byte precedes each field. Bits 7 to 4 are the number of bytes of padding before the field in memory;
bits 3 to 0 are its type:

)";

constexpr std::string_view relocations = R"(
A record type descriptor is unique by its uid: if one with that uid exists already, it becomes the object,
and the one in the file must agree with it.

## Code

The instructions are followed by the relocations: places in the code that hold references.

    relocation = head code-offset [ item-offset ] object

In `head`, bit 0 says that the entry takes three words of the relocation table instead of one, and bit 1
that an item offset follows; the rest is the type (0 to 2, all of which mean the same here). The place is
`code-offset` bytes after the previous one, or, for the first, after the code object's reference. It
holds a word: the object's reference plus the item offset.

A reader refuses code that doesn't keep these rules; all code that Chez's compiler makes does:

- Its length is a multiple of 4, and not 0. Its words are instructions (`vm/isa/ISA.md`), the 8 bytes of data
  behind each literal, and headers before return points. Nothing leads by a distance, or by running on,
  anywhere but to an instruction; a condition and its branch stay together. Numbers by which the machine
  rewrites code where it runs are no instructions in a file.
- A return point's header says how large the frame is (a multiple of 8, at most 16,777,216 bytes) and which of
  its words are live; there are no live words outside the frame.
- A relocation is in the data of a literal; or it is, in a header of 32 bytes, the live mask (a positive bignum) or
  the address for several values. Places don't overlap.
- It leads to an object itself (item offset 0), to the value of a symbol (5), or to an instruction of a
  code object.
- A closure in a file has no free variables. One code object of an image has the flag of continuations.

## Trust

Boot files and compiled files are programs. Whoever loads one trusts whoever made it, as with any other
program. What a reader promises:

1. Data never harms. Objects without code, closures, and references to C entries and library entries are
   read or refused, in bounded memory and time. `--data-only`, or `VmOptions::data_only`, refuses all others.
2. Accidental damage that breaks the rules above is refused by name, with file and offset. In a file without sums what
   they don't see, such as a changed constant, makes the program compute something else, or becomes a Scheme error, or
   an error of the boot. Code that keeps all rules can still write where it likes, so no check
   is complete: of 1000 files with a damaged place, at most one may end the program otherwise. A suite,
   `tests/mutations`, counts them.
3. Malicious code gets no promise: it is given the process. The rules find damage; they contain nobody.
)";

std::string record_field_types() {
  struct Type {
    FaslFieldType type;
    std::string_view text;
  };
  static constexpr Type types[] = {
      {FaslFieldType::pointer, "an object"},
      {FaslFieldType::u8, "a byte"},
      {FaslFieldType::i16, "a signed number"},
      {FaslFieldType::i24, "a signed number"},
      {FaslFieldType::i32, "a signed number"},
      {FaslFieldType::i40, "a signed number"},
      {FaslFieldType::i48, "a signed number"},
      {FaslFieldType::i56, "a signed number"},
      {FaslFieldType::i64, "a signed number"},
      {FaslFieldType::single_float, "the bits, an unsigned number"},
      {FaslFieldType::double_float, "the high and the low half, two unsigned numbers"},
  };
  std::string text = row({"type", "bytes in memory", "in the file"}) + "|---|---|---|\n";
  for (const Type& t : types) {
    text += row({std::to_string(static_cast<int>(t.type)), std::to_string(fasl_field_width(t.type)),
                 t.text});
  }
  return text;
}

}  // namespace

std::string fasl_document() {
  std::string text(introduction);
  text += rows_of(FaslRole::structure, "part of a file");
  text += "\n## Objects\n\nAn object is its code and its fields, in this order:\n\n";
  text += rows_of(FaslRole::object, "object");
  text += "\nFields:\n\n" + row({"field", "what it is"}) + "|---|---|\n";
#define KIND(name, meaning) text += row({"`" #name "`", meaning});
  CORACLE_FASL_FIELD_KINDS(KIND)
#undef KIND
  text += details;
  text += record_field_types();
  text += relocations;
  text += "\n## Releases\n\n" + row({"release", "version", "machine type", "graphs"}) +
          "|---|---|---|---|\n";
  for (const Profile& p : profiles()) {
    text += row({p.release, std::to_string(p.version),
                 std::to_string(p.machine_type) + " (" + std::string(p.machine_name) + ")",
                 p.fasl_counts_externals ? "`marks`, `externals`" : "`marks`"});
  }
  return text + image_document();
}

}  // namespace coracle
