// One walk over the grammar serves both directions. It asks a coder for each part, in the order in which they
// stand in a fasl file: the splitter takes it from the file and adds it to a stream, the joiner takes it from
// the stream and adds it to the file.
#include "boot/image/fasl_filter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "boot/image/code_filter.h"
#include "boot/image/fasl.h"
#include "boot/image/filter_streams.h"
#include "vm/base/byte_reader.h"
#include "vm/isa/code_map.h"

namespace coracle {
namespace {

using S = FilterStream;

/// From code's reference to its first instruction: places of relocations count from the reference.
constexpr std::uint64_t code_data = ReturnPointLayout{}.code_data;

// The first byte of filtered bytes.
constexpr std::uint8_t counts_externals_bit = 1, toplink_first_bit = 2;

/// What stands before the object of a relocation, in most of them. The kinds are their numbers; kind 3 is any
/// other.
struct RelocationStart {
  std::uint8_t head;
  std::uint64_t item_offset;
  bool operator==(const RelocationStart&) const = default;
};
constexpr std::array<RelocationStart, 3> usual_relocations{{{4, 0}, {8, 0}, {10, 65}}};
constexpr std::uint8_t has_item_offset = 2, is_extended = 1;  // bits of a head

struct Relocation {
  std::uint8_t code;     // of the object
  std::uint8_t words;    // of the relocation table
  std::uint64_t offset;  // from the previous place
};
Relocation relocation(std::uint8_t head, std::uint64_t offset, std::uint8_t code) {
  return {code, static_cast<std::uint8_t>((head & is_extended) != 0 ? 3 : 1), offset};
}

class Splitter {
 public:
  Splitter(std::span<const std::uint8_t> bytes, FaslDialect dialect)
      : in_(bytes, ""), dialect_(dialect) {}

  bool ok() const { return in_.ok(); }
  void fail(const char* what) { in_.fail(what); }
  bool at_end() const { return in_.remaining() == 0; }
  std::uint64_t position() const { return in_.offset(); }

  std::uint8_t byte(S s) {
    std::uint8_t const b = in_.byte();
    out_.byte(s, b);
    return b;
  }
  std::uint64_t number(S s) {
    std::uint64_t const n = in_.unsigned_number();
    out_.number(s, n);
    return n;
  }
  void signed_number(S s) { out_.folded(s, in_.signed_number()); }
  std::uint64_t near(S s, std::uint64_t expected) {
    std::uint64_t const n = in_.unsigned_number();
    out_.folded(s, static_cast<std::int64_t>(n - expected));
    return n;
  }
  void bytes(S s, std::uint64_t n) { out_.bytes(s, in_.bytes(n)); }
  void rest(S s) { bytes(s, in_.remaining()); }
  void text() {
    for (std::uint64_t n = in_.unsigned_number(); n != 0 && ok(); --n) {
      std::uint64_t const c = in_.unsigned_number();
      if (c == 0) out_.byte(S::text, 0x80);
      out_.number(S::text, c);
    }
    out_.byte(S::text, 0);
  }
  void mark() {
    std::uint64_t const m = in_.unsigned_number();
    if (m > 0xFFFF) fail("found a graph mark of more than 16 bits");
    out_.byte(S::marks_low, static_cast<std::uint8_t>(m));
    out_.byte(S::marks_high, static_cast<std::uint8_t>(m >> 8));
  }
  Relocation next_relocation(std::uint64_t expected) {
    std::uint8_t const head = in_.byte();
    std::uint64_t const offset = near(S::relocation_places, expected);
    bool const with_item = (head & has_item_offset) != 0;
    std::uint64_t const item = with_item ? in_.unsigned_number() : 0;
    std::uint8_t const code = in_.byte();
    if (code >= 64) fail("found an object's code of more than 6 bits");
    auto const usual = std::ranges::find(usual_relocations, RelocationStart{head, item});
    auto const kind = static_cast<std::size_t>(usual - usual_relocations.begin());
    out_.byte(S::relocations, static_cast<std::uint8_t>(code | kind << 6));
    if (kind == usual_relocations.size()) {
      out_.byte(S::relocation_heads, head);
      if (with_item) out_.number(S::relocation_heads, item);
    }
    return relocation(head, offset, code);
  }
  void code_body(std::uint64_t n, std::vector<std::uint32_t>& places) {
    std::span<const std::uint8_t> const body = in_.bytes(n);
    if (!ok()) return;
    bool const sorted = split_code(body, dialect_, out_, places);
    out_.byte(S::layout, sorted ? 0 : 1);
    if (!sorted) out_.bytes(S::opaque, body);
  }

  std::vector<std::uint8_t> result() const {
    std::vector<std::uint8_t> all;
    all.push_back(static_cast<std::uint8_t>((dialect_.counts_externals ? counts_externals_bit : 0) |
                                            (dialect_.toplink_first ? toplink_first_bit : 0)));
    out_.append_to(all);
    return all;
  }

 private:
  ByteReader in_;
  FaslDialect dialect_;
  StreamWriter out_;
};

/// A byte of the output. Not a type of characters: a store through it changes no member of the joiner, so the
/// compiler can keep those in registers.
enum class OutputByte : std::uint8_t {};

class Joiner {
 public:
  Joiner(std::span<const std::uint8_t> streams, FaslDialect dialect, std::span<std::uint8_t> out)
      : in_(streams),
        code_(dialect),
        start_(reinterpret_cast<OutputByte*>(out.data())),
        out_(start_),
        end_(start_ + out.size()) {}

  bool ok() const { return in_.ok(); }
  void fail(const char* what) { in_.fail(what); }
  const char* failure() const { return in_.failure(); }
  bool at_end() const { return out_ == end_; }
  bool used_all() const { return in_.at_end(); }
  std::uint64_t position() const { return static_cast<std::uint64_t>(out_ - start_); }

  std::uint8_t byte(S s) {
    std::uint8_t const b = in_.byte(s);
    put(b);
    return b;
  }
  std::uint64_t number(S s) {
    std::uint64_t const n = in_.number(s);
    put_number(n);
    return n;
  }
  void signed_number(S s) { put_signed(in_.folded(s)); }
  std::uint64_t near(S s, std::uint64_t expected) {
    std::uint64_t const n = expected + static_cast<std::uint64_t>(in_.folded(s));
    put_number(n);
    return n;
  }
  void bytes(S s, std::uint64_t n) {
    if (!has_room(n)) return fail("there are more bytes than expected");
    std::span<const std::uint8_t> const bytes = in_.bytes(s, n);
    if (!bytes.empty()) std::memcpy(out_, bytes.data(), bytes.size());
    out_ += bytes.size();
  }
  void rest(S s) { bytes(s, static_cast<std::uint64_t>(end_ - out_)); }
  void text() {
    std::span<const std::uint8_t> const left = in_.rest(S::text);
    std::uint64_t count = 0;
    std::size_t size = 0;
    for (bool inside = false; size < left.size() && (left[size] != 0 || inside); ++size) {
      inside = left[size] >= 0x80;
      count += inside ? 0 : 1;
    }
    if (size == left.size()) return fail("a text has no end");
    put_number(count);
    if (!has_room(size)) return fail("there are more bytes than expected");
    for (std::size_t i = 0; i < size; ++i) {
      if (left[i] == 0x80 && left[i + 1] == 0) ++i;
      *out_++ = OutputByte{left[i]};
    }
    in_.bytes(S::text, size + 1);
  }
  void mark() {
    std::uint64_t const low = in_.byte(S::marks_low);
    put_number(low | static_cast<std::uint64_t>(in_.byte(S::marks_high)) << 8);
  }
  Relocation next_relocation(std::uint64_t expected) {
    std::uint8_t const token = in_.byte(S::relocations);
    auto const code = static_cast<std::uint8_t>(token & 0x3F);
    std::size_t const kind = token >> 6;
    bool const usual = kind < usual_relocations.size();
    std::uint8_t const head = usual ? usual_relocations[kind].head : in_.byte(S::relocation_heads);
    put(head);
    std::uint64_t const offset = near(S::relocation_places, expected);
    if ((head & has_item_offset) != 0)
      put_number(usual ? usual_relocations[kind].item_offset : in_.number(S::relocation_heads));
    put(code);
    return relocation(head, offset, code);
  }
  void code_body(std::uint64_t n, std::vector<std::uint32_t>& places) {
    if (!has_room(n)) return fail("there are more bytes than expected");
    std::uint8_t const form = in_.byte(S::layout);
    if (form == 1) return bytes(S::opaque, n);
    if (form != 0 || n % 4 != 0 || n > UINT32_MAX) return fail("a code body is wrong");
    code_.join(in_, {reinterpret_cast<std::uint8_t*>(out_), static_cast<std::size_t>(n)}, places);
    out_ += n;
  }

 private:
  bool has_room(std::uint64_t n) const { return n <= static_cast<std::uint64_t>(end_ - out_); }
  void put(std::uint8_t b) {
    if (out_ == end_) [[unlikely]]
      return fail("there are more bytes than expected");
    *out_++ = OutputByte{b};
  }
  void put_number(std::uint64_t n) {
    int shift = n < 0x80 ? 0 : (63 - std::countl_zero(n)) / 7 * 7;
    for (; shift > 0; shift -= 7) put(static_cast<std::uint8_t>(n >> shift | 0x80));
    put(static_cast<std::uint8_t>(n & 0x7F));
  }
  void put_signed(std::int64_t n) {
    auto const bits = static_cast<std::uint64_t>(n);
    std::uint64_t const magnitude = n < 0 ? ~bits + 1 : bits;
    // The first byte has 6 bits, below the sign; the others 7.
    int shift = magnitude < 0x40 ? 0 : (63 - std::countl_zero(magnitude) + 1) / 7 * 7;
    auto const group = [&](std::uint64_t mask) {
      return static_cast<std::uint8_t>((magnitude >> shift & mask) << 1 | (shift != 0 ? 1 : 0));
    };
    put(static_cast<std::uint8_t>(group(0x3F) | (n < 0 ? 0x80 : 0)));
    while (shift > 0) {
      shift -= 7;
      put(group(0x7F));
    }
  }

  StreamReader in_;
  CodeJoiner code_;
  OutputByte *start_, *out_, *end_;
};

template <class Coder>
class FaslWalk {
 public:
  FaslWalk(Coder& coder, FaslDialect dialect) : c_(coder), dialect_(dialect) {}

  void run() {
    while (c_.ok() && !c_.at_end()) item();
  }

 private:
  /// Deeper than any writer nests: Chez's limits itself to a few hundred.
  static constexpr int maximum_depth = 1000;

  void item() {
    switch (static_cast<FaslCode>(c_.byte(S::layout))) {
      case FaslCode::header:
        c_.bytes(S::layout, 7);
        c_.number(S::layout);
        c_.number(S::layout);
        while (c_.ok() && c_.byte(S::layout) != ')') {
        }
        return;
      case FaslCode::terminator: return c_.rest(S::opaque);
      case FaslCode::visit:
      case FaslCode::revisit:
      case FaslCode::visit_revisit: return payload();
      default: c_.fail("found no header and no object of a file");
    }
  }

  void payload() {
    std::uint64_t const size = c_.number(S::layout);
    std::uint64_t const start = c_.position();
    if (size < 2) return c_.fail("found an object without contents");
    auto const compression = static_cast<FaslCode>(c_.byte(S::layout));
    if (compression != FaslCode::uncompressed) return c_.bytes(S::opaque, size - 1);
    c_.byte(S::layout);
    part(0);
    if (c_.position() - start != size) c_.fail("found an object of another size");
  }

  void part(int depth) { object(c_.byte(S::codes), depth); }
  void parts(std::uint64_t n, int depth) {
    for (; n != 0 && c_.ok(); --n) part(depth);
  }

  void object(std::uint8_t number, int depth) {
    auto const code = static_cast<FaslCode>(number);
    if (code == FaslCode::graph_ref) return c_.mark();
    if (!c_.ok()) return;
    if (number >= fasl_rows.size() || fasl_rows[number].name.empty() ||
        fasl_rows[number].role != FaslRole::object) {
      return c_.fail("found no object");
    }
    if (depth == maximum_depth) return c_.fail("objects are nested too deeply");
    if (code == FaslCode::graph_def) {
      next_mark_ = c_.near(S::definitions, next_mark_) + 1;
      return part(depth + 1);
    }
    const FaslRow& row = fasl_rows[number];
    std::uint64_t elements = 0;
    for (std::size_t i = 0; i < row.field_count && c_.ok(); ++i) {
      field(code, row.fields[i].kind, elements, depth + 1);
    }
  }

  void field(FaslCode code, FaslFieldKind kind, std::uint64_t& elements, int depth) {
    switch (kind) {
      case FaslFieldKind::byte: c_.byte(S::scalars); break;
      case FaslFieldKind::word: c_.number(word_stream(code)); break;
      case FaslFieldKind::integer: c_.signed_number(S::integers); break;
      case FaslFieldKind::count:
        elements = c_.number(code == FaslCode::code ? S::lengths : S::counts);
        break;
      case FaslFieldKind::mask:
        elements = static_cast<std::uint64_t>(std::popcount(c_.number(S::counts)));
        break;
      case FaslFieldKind::externals:
        if (dialect_.counts_externals) c_.number(S::counts);
        break;
      case FaslFieldKind::text: c_.text(); break;
      case FaslFieldKind::octets: c_.bytes(S::octets, elements); break;
      case FaslFieldKind::digits:
        for (; elements != 0 && c_.ok(); --elements) c_.number(S::octets);
        break;
      case FaslFieldKind::fixnums:
        for (; elements != 0 && c_.ok(); --elements) c_.signed_number(S::octets);
        break;
      case FaslFieldKind::object: part(depth); break;
      case FaslFieldKind::objects: parts(elements, depth); break;
      case FaslFieldKind::entries:
        parts(elements, depth);
        parts(elements, depth);
        break;
      case FaslFieldKind::code_body: code_body(elements, depth); break;
      case FaslFieldKind::record_fields: record_fields(elements, depth); break;
      case FaslFieldKind::optional_record:
        if (c_.number(S::counts) == 0) break;
        elements = c_.number(S::counts);
        part(depth);
        record_fields(elements, depth);
        break;
    }
  }
  static S word_stream(FaslCode code) {
    switch (code) {
      case FaslCode::entry:
      case FaslCode::library:
      case FaslCode::library_code: return S::entries;
      case FaslCode::code: return S::scalars;
      case FaslCode::immediate: return S::immediates;
      case FaslCode::flonum: return S::flonums;
      default: return S::counts;
    }
  }

  void record_fields(std::uint64_t n, int depth) {
    for (; n != 0 && c_.ok(); --n) {
      auto const type = static_cast<FaslFieldType>(c_.byte(S::fields) & 0xF);
      switch (type) {
        case FaslFieldType::pointer: part(depth); break;
        case FaslFieldType::u8: c_.byte(S::integers); break;
        case FaslFieldType::single_float: c_.number(S::integers); break;
        case FaslFieldType::double_float:
          c_.number(S::integers);
          c_.number(S::integers);
          break;
        default:
          if (fasl_field_width(type) == 0) return c_.fail("found no field of a record");
          c_.signed_number(S::integers);
      }
    }
  }

  void code_body(std::uint64_t length, int depth) {
    // Code within this code adds its own places after these, and takes them away.
    std::size_t const first = places_.size();
    c_.code_body(length, places_);
    if (!c_.ok()) return;
    std::size_t const end = places_.size();
    std::uint64_t words = c_.near(S::lengths, end - first);
    std::uint64_t place = 0;
    std::size_t expected = first;
    while (words != 0 && c_.ok()) {
      while (expected != end && places_[expected] + code_data <= place) ++expected;
      Relocation const r =
          c_.next_relocation(expected != end ? places_[expected] + code_data - place : 0);
      place += r.offset;
      if (r.words > words) return c_.fail("found too many relocations");
      words -= r.words;
      object(r.code, depth);
    }
    places_.resize(first);
  }

  Coder& c_;
  FaslDialect dialect_;
  std::uint64_t next_mark_ = 0;
  std::vector<std::uint32_t> places_;  // where relocations of the code around are expected
};

}  // namespace

std::optional<std::vector<std::uint8_t>> filter_fasl(std::span<const std::uint8_t> bytes,
                                                     FaslDialect dialect) {
  Splitter splitter(bytes, dialect);
  FaslWalk(splitter, dialect).run();
  if (!splitter.ok()) return std::nullopt;
  std::vector<std::uint8_t> filtered = splitter.result();
  std::vector<std::uint8_t> again(bytes.size());
  if (!unfilter_fasl(filtered, again) || !std::ranges::equal(again, bytes)) return std::nullopt;
  return filtered;
}

Result<void> unfilter_fasl(std::span<const std::uint8_t> filtered, std::span<std::uint8_t> out) {
  if (filtered.empty()) return fail("found 0 filtered bytes, expected 1 or more");
  FaslDialect const dialect{(filtered[0] & counts_externals_bit) != 0,
                            (filtered[0] & toplink_first_bit) != 0};
  if ((filtered[0] & ~(counts_externals_bit | toplink_first_bit)) != 0) {
    return fail("found the filter's options " + std::to_string(filtered[0]) +
                ", expected at most 3");
  }
  Joiner joiner(filtered.subspan(1), dialect, out);
  FaslWalk(joiner, dialect).run();
  if (joiner.ok() && !joiner.used_all()) joiner.fail("there are fewer bytes than expected");
  if (!joiner.ok()) return fail("filtered bytes are damaged: " + std::string(joiner.failure()));
  return {};
}

}  // namespace coracle
