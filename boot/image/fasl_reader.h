// Reads one fasl object from bytes in memory, and passes its parts to a sink.
//
// Invariants: time and memory are bounded. Nested objects take a stack of the reader's own, not the C++
// stack. Before memory is reserved for an object, the bytes that are left must suffice for all that the
// open objects together still need; so memory is linear in the length of the input, however deeply it
// nests. The reader's own memory comes from its user's resource, which may have a limit.
// Must not know: the heap. What becomes of objects is up to the sink: the linker builds them, a dumper
// prints them, a test records them.
//
// A sink has
//   using Ref    an object; Ref{} means "none yet"
//   using Node   what it keeps of an object whose parts are still being read
//   static bool defined(Ref)
//   Ref leaf(in, item)                      an object without parts
//   Node open(in, item)                     an object with parts
//   Ref identity(node)                      the object, if it exists before its parts, which may
//                                           refer to it; else Ref{}
//   void child(in, code, node, i, ref)      its i-th part
//   void code_bytes(in, node, bytes), void relocation_table(in, node, words),
//   void relocation(in, node, relocation, ref)
//   void field(in, node, type, offset, bits), void pointer_field(in, node, offset, ref)
//   Ref close(in, code, node)               all parts have been passed: the object
// and reports errors by in.fail() or in.fail_at(item.offset, ...).
#pragma once

#include <algorithm>
#include <bit>
#include <memory_resource>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "boot/image/fasl.h"
#include "vm/base/byte_reader.h"

namespace coracle {

/// The scalar fields of an object, in the order of its row.
struct FaslItem {
  FaslCode code;
  std::uint64_t offset;    // of the code, for messages
  std::uint64_t words[6];  // byte, word, integer (its bits), count, mask, externals
  std::u32string_view text[2];
  std::span<const std::uint8_t> octets;
  std::span<const std::uint32_t> digits;
  std::span<const std::int64_t> fixnums;
};

struct FaslRelocation {
  std::uint64_t offset;  // in the file, for messages
  bool extended;         // takes three words of the table
  std::uint8_t type;
  std::uint64_t code_offset;  // from the previous one's place
  std::uint64_t place;        // sum of the code offsets: bytes after the tagged code pointer
  std::uint64_t item_offset;
};

template <class Sink>
class FaslReader {
 public:
  using Ref = typename Sink::Ref;

  /// Deeper than any writer nests: Chez's limits itself to a few hundred.
  static constexpr std::size_t maximum_depth = 100'000;

  /// counted: graphs say how many externals they have (Profile::fasl_counts_externals).
  FaslReader(ByteReader& in, Sink& sink, std::span<const Ref> externals = {}, bool counted = true,
             std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : in_(in),
        sink_(sink),
        externals_(externals),
        counted_(counted),
        marks_left_(in.remaining() + externals.size()),
        frames_(memory),
        marks_(memory),
        text_{std::pmr::u32string(memory), std::pmr::u32string(memory)},
        digits_(memory),
        fixnums_(memory) {}

  /// Reads one object.
  Result<Ref> read() {
    Ref result{};
    do {
      bool complete = start(result);
      // Pass the object to the one that waits for it; if that is complete, pass it on in turn.
      while (complete && !frames_.empty() && in_.ok()) complete = deliver(frames_.back(), result);
    } while (!frames_.empty() && in_.ok());
    if (!in_.ok()) return tl::unexpected<Error>(in_.error());
    return result;
  }

 private:
  struct Frame {
    Frame(FaslCode c, std::uint64_t references, std::uint64_t tail_units, std::uint64_t outer_bytes)
        : code(c), remaining(references), tail(tail_units), outer(outer_bytes) {}

    FaslCode code;
    bool in_tail = false;
    std::uint64_t remaining;  // references still to come, including the one being read
    std::uint64_t index = 0;  // of that one
    /// Units of the tail still to come, each of which takes a byte or more: bytes of code, then words of the
    /// relocation table; fields of a record. Other objects have no tail.
    std::uint64_t tail;
    std::uint64_t outer;  // least number of bytes that the enclosing objects need after it
    /// Tail: place in the code, offset in the record. Graph: the enclosing graph's table. Graph definition:
    /// the mark.
    std::uint64_t position = 0;
    std::uint64_t size = 0;     // of the record
    FaslRelocation relocation;  // the one whose object is being read; not set before
    typename Sink::Node node{};
  };

  // --- Reads an object's code and its scalars; true if the object is then complete.
  [[gnu::always_inline]] bool start(Ref& result) {
    std::uint8_t const code = in_.byte();
    // Most of them refer to an object read before.
    return code == static_cast<std::uint8_t>(FaslCode::graph_ref)
               ? start_row<FaslCode::graph_ref>(result)
               : start_other(code, result);
  }
  bool start_other(std::uint8_t code, Ref& result) {
    switch (static_cast<FaslCode>(code)) {
#define FASL(number, name, role, ...) \
  case FaslCode::name: return start_row<FaslCode::name>(result);
#include "boot/image/fasl.def"
#undef FASL
    }
    if (in_.ok()) in_.fail_at(in_.offset() - 1, "unknown fasl code " + std::to_string(code));
    return false;
  }

  template <FaslCode code>
  [[gnu::always_inline]] bool start_row(Ref& result) {
    static constexpr FaslRow row = fasl_row(code);
    FaslItem& item = item_;
    item.code = code;
    item.offset = in_.offset() - 1;
    if constexpr (row.role == FaslRole::structure) {
      if (in_.ok()) {
        in_.fail_at(item.offset, "found fasl " + fasl_code_name(static_cast<std::uint8_t>(code)) +
                                     ", expected an object");
      }
      return false;
    } else {
      int next_word = 0, next_text = 0;
      std::uint64_t elements = 0;
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (scalar<row.fields[I].kind>(item, next_word, next_text, elements), ...);
      }(std::make_index_sequence<row.scalar_count>{});
      if (!in_.ok()) return false;
      if constexpr (code == FaslCode::graph) {
        open_graph(item);
        return false;
      } else if constexpr (code == FaslCode::graph_def) {
        if (mark(item) != nullptr) push_mark(item);
        return false;
      } else if constexpr (code == FaslCode::graph_ref) {
        Ref const* const slot = mark(item);
        if (slot == nullptr) return false;
        if (!Sink::defined(*slot)) [[unlikely]] {
          in_.fail_at(item.offset, "graph mark " + std::to_string(item.words[0]) +
                                       " is used before its definition");
        }
        result = *slot;
        return true;
      } else if constexpr (code == FaslCode::begin) {
        if (elements == 0) {
          in_.fail_at(item.offset, "found a begin of 0 objects, expected 1 or more");
          return false;
        }
        push(item, elements, 0);
        return false;
      } else if constexpr (code == FaslCode::record) {
        open_record(item, item.words[0], elements);
        return false;
      } else if constexpr (row.is_leaf()) {
        result = sink_.leaf(in_, item);
        return true;
      } else {
        if constexpr (code == FaslCode::pair) {
          if (elements == 0) {
            in_.fail_at(item.offset, "found a list of 0 elements, expected 1 or more");
            return false;
          }
        }
        std::uint64_t references = row.object_count;
        if constexpr (row.has_objects) references += elements;
        if constexpr (row.has_entries) references += 2 * elements;
        push(item, references, code == FaslCode::code ? elements : 0);
        open_node(item);
        return references == 0 && finish(result);
      }
    }
  }

  template <FaslFieldKind kind>
  void scalar(FaslItem& item, int& next_word, int& next_text, std::uint64_t& elements) {
    if constexpr (kind == FaslFieldKind::byte) {
      item.words[next_word++] = in_.byte();
    } else if constexpr (kind == FaslFieldKind::word) {
      item.words[next_word++] = in_.unsigned_number();
    } else if constexpr (kind == FaslFieldKind::integer) {
      item.words[next_word++] = static_cast<std::uint64_t>(in_.signed_number());
    } else if constexpr (kind == FaslFieldKind::count) {
      item.words[next_word++] = elements = count("elements");
    } else if constexpr (kind == FaslFieldKind::mask) {
      std::uint64_t const bits = in_.unsigned_number();
      item.words[next_word++] = bits;
      elements = static_cast<std::uint64_t>(std::popcount(bits));
    } else if constexpr (kind == FaslFieldKind::externals) {
      item.words[next_word++] = counted_ ? in_.unsigned_number() : outer_marks();
    } else if constexpr (kind == FaslFieldKind::text) {
      std::pmr::u32string& buffer = text_[next_text];
      buffer.resize(count("characters"));
      for (char32_t& c : buffer) c = character();
      item.text[next_text++] = buffer;
    } else if constexpr (kind == FaslFieldKind::octets) {
      item.octets = in_.bytes(elements);
    } else if constexpr (kind == FaslFieldKind::digits) {
      digits_.resize(elements);
      for (std::uint32_t& digit : digits_) {
        std::uint64_t const d = in_.unsigned_number();
        if (d >> 32 != 0)
          in_.fail("found the digit " + std::to_string(d) + ", expected one below 2^32");
        digit = static_cast<std::uint32_t>(d);
      }
      item.digits = digits_;
    } else {
      static_assert(kind == FaslFieldKind::fixnums);
      fixnums_.resize(elements);
      for (std::int64_t& n : fixnums_) n = in_.signed_number();
      item.fixnums = fixnums_;
    }
  }

  /// Reads a number of elements, each of which takes at least a byte.
  std::size_t count(const char* what) {
    std::uint64_t const start = in_.offset();
    std::uint64_t const n = in_.unsigned_number();
    if (n <= in_.remaining()) [[likely]]
      return static_cast<std::size_t>(n);
    in_.fail_at(start, "found a count of " + std::to_string(n) + " " + what +
                           ", expected at most " + std::to_string(in_.remaining()) +
                           ", the number of bytes left");
    return 0;
  }
  char32_t character() {
    std::uint64_t const c = in_.unsigned_number();
    if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) [[unlikely]] {
      in_.fail("found character number " + std::to_string(c) + ", expected a Unicode scalar value");
      return 0;
    }
    return static_cast<char32_t>(c);
  }

  // --- Objects with parts.

  void push(const FaslItem& item, std::uint64_t references, std::uint64_t tail) {
    if (frames_.size() == maximum_depth) {
      in_.fail_at(item.offset,
                  "objects are nested more deeply than " + std::to_string(maximum_depth));
    }
    std::uint64_t const outer = frames_.empty() ? 0 : needed_after_part(frames_.back());
    Frame const& f = frames_.emplace_back(item.code, references, tail, outer);
    if (needed_by(f) + outer > in_.remaining()) [[unlikely]]
      too_long(item, f);
  }
  void push_mark(const FaslItem& item) {
    push(item, 1, 0);
    frames_.back().position = item.words[0];
  }
  void too_long(const FaslItem& item, const Frame& f) {
    in_.fail_at(
        item.offset,
        "found " + fasl_code_name(static_cast<std::uint8_t>(item.code)) + " with " +
            std::to_string(needed_by(f)) + " parts, expected at most " +
            std::to_string(in_.remaining() - std::min<std::uint64_t>(f.outer, in_.remaining())) +
            ": " + std::to_string(in_.remaining()) +
            " bytes are left, and the enclosing objects need " + std::to_string(f.outer));
  }
  /// The least number of bytes that the rest of an object takes: one for each reference and unit of the tail.
  static std::uint64_t needed_by(const Frame& f) { return f.remaining + f.tail; }
  /// The same, without the part that is being read, but with the enclosing objects.
  static std::uint64_t needed_after_part(const Frame& f) {
    return f.outer + needed_by(f) - (f.remaining != 0 ? 1 : 0);
  }
  void open_node(const FaslItem& item) {
    if (!in_.ok()) return;
    Frame& f = frames_.back();
    f.node = sink_.open(in_, item);
    announce(sink_.identity(f.node), frames_.size() - 1);
  }

  /// Defines the graph marks that stand right before an object, so that the object's parts may refer to it.
  /// `depth`: the number of frames outside the object.
  void announce(const Ref& ref, std::size_t depth) {
    if (!Sink::defined(ref)) return;
    std::size_t table = table_;
    while (depth-- > 0) {
      Frame& f = frames_[depth];
      switch (f.code) {
        case FaslCode::graph_def: marks_[table + f.position] = ref; break;
        case FaslCode::graph: table = static_cast<std::size_t>(f.position); break;
        case FaslCode::begin:
          if (f.remaining != 1) return;
          break;
        case FaslCode::rtd:  // the descriptor is the object, unless there is one already
          if (!f.in_tail || Sink::defined(sink_.identity(f.node))) return;
          break;
        default: return;
      }
    }
  }

  /// Passes a part to the innermost frame; true if that completes the frame's object, which is then in
  /// `result`.
  bool deliver(Frame& f, Ref& result) {
    switch (f.code) {
      case FaslCode::graph_def:
        marks_[table_ + f.position] = result;
        frames_.pop_back();
        return true;
      case FaslCode::graph:
        close_graph(f);
        frames_.pop_back();
        return true;
      case FaslCode::begin:
        if (--f.remaining != 0) return false;
        frames_.pop_back();
        return true;
      case FaslCode::code:
        if (f.in_tail) {
          sink_.relocation(in_, f.node, f.relocation, result);
          return relocations(result);
        }
        break;
      case FaslCode::record:
        if (f.in_tail) {
          sink_.pointer_field(in_, f.node, f.position, result);
          f.position += 8;
          return next_field(f, result);
        }
        break;
      default: break;
    }
    sink_.child(in_, f.code, f.node, f.index++, result);
    if (--f.remaining != 0) return false;
    switch (f.code) {
      case FaslCode::code:
        if (f.in_tail) break;
        return begin_code_body(f, result);
      case FaslCode::record:
        f.in_tail = true;
        f.position = 8;
        return next_field(f, result);
      case FaslCode::rtd:
        if (f.in_tail) break;
        return begin_descriptor(f, result);
      default: break;
    }
    return finish(result);
  }

  bool finish(Ref& result) {
    Frame& f = frames_.back();
    if (in_.ok()) result = sink_.close(in_, f.code, f.node);
    frames_.pop_back();
    return true;
  }

  // --- Code.
  bool begin_code_body(Frame& f, Ref& result) {
    f.in_tail = true;
    std::span<const std::uint8_t> const body = in_.bytes(f.tail);
    if (!in_.ok()) return false;
    sink_.code_bytes(in_, f.node, body);
    f.tail = count("words of relocations");
    if (!in_.ok()) return false;
    sink_.relocation_table(in_, f.node, f.tail);
    return relocations(result);
  }
  /// Reads relocations up to one whose object has parts; true when the code is complete.
  bool relocations(Ref& result) {
    while (in_.ok() && frames_.back().tail != 0) {
      next_relocation(frames_.back());
      if (!in_.ok() || !start(result)) return false;
      Frame& f = frames_.back();  // which may have moved
      sink_.relocation(in_, f.node, f.relocation, result);
    }
    return in_.ok() && finish(result);
  }
  void next_relocation(Frame& f) {
    FaslRelocation& r = f.relocation;
    r.offset = in_.offset();
    std::uint8_t const head =
        in_.byte();  // bit 0: extended; bit 1: with item offset; then the type
    r.extended = (head & 1) != 0;
    r.type = head >> 2;
    r.code_offset = in_.unsigned_number();
    r.item_offset = (head & 2) != 0 ? in_.unsigned_number() : 0;
    f.position += r.code_offset;
    r.place = f.position;
    std::uint64_t const used = r.extended ? 3 : 1;
    if (used > f.tail) {
      in_.fail_at(r.offset,
                  "found a relocation of 3 words, expected at most " + std::to_string(f.tail));
      return;
    }
    f.tail -= used;
  }

  // --- Records.
  void open_record(const FaslItem& item, std::uint64_t size, std::uint64_t fields) {
    // A field takes at most 8 bytes and 15 bytes of padding; a record's size is a multiple of 16.
    std::uint64_t const limit = 8 + 23 * fields + 16;
    if (size < 8 || size > limit) {
      in_.fail_at(item.offset, "found a record of " + std::to_string(size) + " bytes with " +
                                   std::to_string(fields) + " fields, expected 8 to " +
                                   std::to_string(limit) + " bytes");
      return;
    }
    push(item, 1, fields);
    frames_.back().size = size;
    open_node(item);
  }
  bool next_field(Frame& f, Ref& result) {
    while (f.tail != 0 && in_.ok()) {
      std::uint64_t const start = in_.offset();
      std::uint8_t const head = in_.byte();
      auto const type = static_cast<FaslFieldType>(head & 0xF);
      std::uint64_t const width = fasl_field_width(type);
      f.position += head >> 4;
      if (width == 0 || f.position + width > f.size) {
        in_.fail_at(start, width == 0 ? "unknown record field type " + std::to_string(head & 0xF)
                                      : "found a record field that ends at byte " +
                                            std::to_string(f.position + width) +
                                            " of a record of " + std::to_string(f.size) + " bytes");
        return false;
      }
      --f.tail;
      if (type == FaslFieldType::pointer) return false;
      std::uint64_t bits;
      switch (type) {
        case FaslFieldType::u8: bits = in_.byte(); break;
        case FaslFieldType::single_float: bits = in_.unsigned_number(); break;
        case FaslFieldType::double_float:
          bits = in_.unsigned_number() << 32;
          bits |= in_.unsigned_number() & 0xFFFF'FFFF;
          break;
        default: bits = static_cast<std::uint64_t>(in_.signed_number()); break;
      }
      if (in_.ok()) sink_.field(in_, f.node, type, f.position, bits);
      f.position += width;
    }
    return in_.ok() && finish(result);
  }

  // --- Record type descriptors: after the uid comes a record, or size 0 if the descriptor exists already.
  bool begin_descriptor(Frame& f, Ref& result) {
    f.in_tail = true;
    f.remaining = 1;
    announce(sink_.identity(f.node), frames_.size() - 1);
    FaslItem& item = item_;
    item.code = FaslCode::record;
    item.offset = in_.offset();
    std::uint64_t const size = item.words[0] = in_.unsigned_number();
    if (!in_.ok()) return false;
    if (size == 0) return finish(result);
    item.words[1] = count("fields");
    if (in_.ok()) open_record(item, size, item.words[1]);
    return false;
  }

  // --- Graphs: objects with marks (numbers), by which others refer to them. The table of a graph's marks
  // comes after the enclosing graph's.

  std::size_t marks_of_graph() const { return marks_.size() - table_; }
  /// How many objects are there for the externals of a graph that begins here.
  std::size_t outer_marks() const { return graphs_ == 0 ? externals_.size() : marks_of_graph(); }
  void open_graph(const FaslItem& item) {
    std::uint64_t const marks = item.words[0], outer = outer_marks();
    if (item.words[1] > outer) {
      // The mistake of the program that reads, not the file's: the message is Chez's own, without a place.
      in_.fail_with(Error{"incompatible external vector length " + std::to_string(outer) +
                          ", expected " + std::to_string(item.words[1])});
      return;
    }
    // The last marks are the externals; each of the others is defined by bytes that follow. All graphs
    // within an object share one allowance, since nested graphs could each repeat the externals.
    if (marks > marks_left_) {
      in_.fail_at(item.offset, "found a graph with " + std::to_string(marks) +
                                   " marks, expected at most " + std::to_string(marks_left_));
      return;
    }
    marks_left_ -= marks;
    push(item, 1, 0);
    if (!in_.ok()) return;
    frames_.back().position = table_;
    std::size_t const start = marks_.size();
    auto const external = static_cast<std::size_t>(std::min(item.words[1], marks));
    marks_.resize(start + static_cast<std::size_t>(marks));
    const Ref* const from = graphs_ == 0 ? externals_.data() : marks_.data() + table_;
    std::copy_n(from, external, marks_.end() - static_cast<std::ptrdiff_t>(external));
    table_ = start;
    ++graphs_;
  }
  void close_graph(const Frame& f) {
    marks_.resize(table_);
    table_ = static_cast<std::size_t>(f.position);
    --graphs_;
  }
  /// The slot of a graph mark, or nullptr after a failure.
  [[gnu::always_inline]] Ref* mark(const FaslItem& item) {
    if (item.words[0] < marks_of_graph()) [[likely]]
      return &marks_[table_ + static_cast<std::size_t>(item.words[0])];
    in_.fail_at(item.offset, graphs_ == 0
                                 ? "found a graph mark outside a graph"
                                 : "found graph mark " + std::to_string(item.words[0]) +
                                       ", expected one below " + std::to_string(marks_of_graph()));
    return nullptr;
  }

  ByteReader& in_;
  Sink& sink_;
  std::span<const Ref> externals_;
  bool counted_;
  /// The object whose scalars are being read. A sink must not keep references to it.
  FaslItem item_{};
  std::uint64_t marks_left_;
  std::pmr::vector<Frame> frames_;
  std::pmr::vector<Ref> marks_;  // of all open graphs
  std::size_t table_ = 0;        // index of the innermost graph's first mark
  std::size_t graphs_ = 0;       // number of open graphs
  std::pmr::u32string text_[2];
  std::pmr::vector<std::uint32_t> digits_;
  std::pmr::vector<std::int64_t> fixnums_;
};

}  // namespace coracle
