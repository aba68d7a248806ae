#include <algorithm>

#include "vm/heap/objects/objects.h"
#include "wasm/wire.h"

namespace coracle {
namespace {

/// The number of pairs of a proper list; nothing for other chains of pairs.
std::optional<std::uint32_t> list_length(Value v) {
  std::uint32_t n = 0;
  Value tortoise = v;
  while (is_pair(v)) {
    v = cdr(v);
    if (++n % 2 == 0) {
      tortoise = cdr(tortoise);
      if (tortoise == v) return std::nullopt;
    }
  }
  return v == nil ? std::optional(n) : std::nullopt;
}

class Encoder {
 public:
  Encoder(WireWriter& to, WireHost& host, const KnownTables& known, std::vector<Value>& unknown)
      : to_(to), host_(host), known_(known), unknown_(unknown) {}

  void run(Value v) {
    item(v);
    while (!frames_.empty()) {
      Frame& f = frames_.back();
      if (f.next == f.count) {
        frames_.pop_back();
        continue;
      }
      Word const i = f.next++;
      switch (f.kind) {  // an item may move the frames
        case Frame::Kind::list: {
          Value const pair = f.object;
          f.object = cdr(pair);
          item(car(pair));
          break;
        }
        case Frame::Kind::pair:
          if (i == 0) item(car(f.object));
          else item(cdr(f.object), true);
          break;
        case Frame::Kind::vector: item(vector_ref(f.object, i)); break;
        case Frame::Kind::table: item(vector_ref(i % 2 == 0 ? f.object : f.other, i / 2)); break;
      }
    }
  }

 private:
  /// A compound value whose items are being written.
  struct Frame {
    enum class Kind : std::uint8_t { list, pair, vector, table };
    Kind kind;
    Value object, other;
    Word next, count;
  };

  /// `in_chain`: the rest of pairs that are no list.
  void item(Value v, bool in_chain = false) {
    if (v == void_value) return to_.tag(WireTag::undefined);
    if (v == false_value) return to_.tag(WireTag::no);
    if (v == true_value) return to_.tag(WireTag::yes);
    if (is_char(v)) {
      to_.tag(WireTag::character);
      return to_.number<std::uint32_t>(char_value(v));
    }
    if (is_fixnum(v) || is_bignum(v)) return integer(v);
    if (is_flonum(v)) {
      to_.tag(WireTag::flonum);
      return to_.number(flonum_value(v));
    }
    if (is_ratnum(v)) {
      to_.tag(WireTag::ratio);
      integer(field<Value>(v, layout::ratnum_numerator));
      return integer(field<Value>(v, layout::ratnum_denominator));
    }
    if (is_string(v)) {
      to_.tag(WireTag::string);
      return to_.text(string_utf8(v));
    }
    if (is_symbol(v) && is_string(field<Value>(v, layout::symbol_name))) {
      to_.tag(WireTag::symbol);
      return to_.text(string_utf8(field<Value>(v, layout::symbol_name)));
    }
    if (v == nil) {
      ++next_index_;
      to_.tag(WireTag::list);
      return to_.number<std::uint32_t>(0);
    }
    if (is_pair(v) || is_vector(v) || is_bytevector(v) || host_.is_table(v))
      return compound(v, in_chain);
    if (std::optional<std::uint32_t> const id = host_.object_id(v)) {
      to_.tag(WireTag::object);
      return to_.number(*id);
    }
    to_.tag(is_procedure(v) ? WireTag::procedure : WireTag::handle);
    to_.number(host_.add_handle(v));
  }

  void compound(Value v, bool in_chain) {
    auto const [place, is_new] = indices_.try_emplace(v.bits, next_index_);
    if (!is_new) {
      to_.tag(WireTag::reference);
      return to_.number(place->second);
    }
    ++next_index_;
    if (is_pair(v)) {
      std::optional<std::uint32_t> const length = in_chain ? std::nullopt : list_length(v);
      if (length) return begin(WireTag::list, {Frame::Kind::list, v, v, 0, *length}, *length);
      to_.tag(WireTag::pair);
      frames_.push_back({Frame::Kind::pair, v, v, 0, 2});
    } else if (is_vector(v)) {
      Word const length = vector_length(v);
      begin(WireTag::vector, {Frame::Kind::vector, v, v, 0, length}, length);
    } else if (is_bytevector(v)) {
      to_.tag(WireTag::bytevector);
      to_.text({reinterpret_cast<const char*>(bytevector_data(v)),
                static_cast<std::size_t>(bytevector_length(v))});
    } else {
      auto const entries = known_.find(v.bits);
      if (entries == known_.end()) return unknown_.push_back(v);
      Word const count = vector_length(entries->second.keys);
      begin(WireTag::table,
            {Frame::Kind::table, entries->second.keys, entries->second.values, 0, 2 * count},
            count);
    }
  }

  void begin(WireTag tag, const Frame& frame, Word count) {
    to_.tag(tag);
    to_.number(static_cast<std::uint32_t>(count));
    frames_.push_back(frame);
  }

  void integer(Value v) {
    if (is_fixnum(v) && fixnum_value(v) == static_cast<std::int32_t>(fixnum_value(v))) {
      to_.tag(WireTag::int32);
      return to_.number(static_cast<std::int32_t>(fixnum_value(v)));
    }
    to_.tag(WireTag::integer);
    if (is_fixnum(v)) {
      SignedWord const n = fixnum_value(v);
      Word const magnitude = n < 0 ? 0 - static_cast<Word>(n) : static_cast<Word>(n);
      to_.number<std::uint8_t>(n < 0);
      to_.number<std::uint32_t>(2);
      to_.number(static_cast<std::uint32_t>(magnitude >> 32));
      return to_.number(static_cast<std::uint32_t>(magnitude));
    }
    to_.number<std::uint8_t>(bignum_negative(v));
    to_.number(static_cast<std::uint32_t>(bignum_length(v)));
    for (Word i = 0; i < bignum_length(v); ++i) to_.number(bignum_digit(v, i));
  }

  WireWriter& to_;
  WireHost& host_;
  const KnownTables& known_;
  std::vector<Value>& unknown_;
  std::unordered_map<Word, std::uint32_t> indices_;  // by the bits of a compound value
  std::uint32_t next_index_ = 0;
  std::vector<Frame> frames_;
};

}  // namespace

void write_value(WireWriter& to, Value v, WireHost& host, const KnownTables& known,
                 std::vector<Value>& unknown) {
  Encoder(to, host, known, unknown).run(v);
}

}  // namespace coracle
