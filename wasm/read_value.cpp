#include "vm/base/check.h"
#include "vm/heap/objects/objects.h"
#include "wasm/wire.h"

namespace coracle {
namespace {

class Decoder {
 public:
  Decoder(WireReader& from, Thread& thread, const WireParts& parts,
          std::vector<TableToFill>& to_fill)
      : from_(from), thread_(thread), parts_(parts), to_fill_(to_fill) {}

  Value run() {
    Value const result = item();
    while (!frames_.empty()) {
      Frame const f = frames_.back();
      if (f.left == 0) {
        frames_.pop_back();
        continue;
      }
      --frames_.back().left;
      Value const v = item();
      place(f, v);
    }
    return result;
  }

 private:
  /// A compound object whose items are being read. Each is new, so plain stores will do.
  struct Frame {
    enum class Kind : std::uint8_t { list, pair, vector, table };
    Kind kind;
    Value object;  // of a list, the pair that is next
    std::uint32_t left, count;
    std::size_t table = 0;  // in to_fill_
    std::size_t depth = 0;  // where it stands in frames_
  };

  void push(Frame f) {
    f.left = f.count;
    f.depth = frames_.size();
    frames_.push_back(f);
  }

  /// Stores an item of the frame; `f.left` is as it was before the item.
  void place(const Frame& f, Value v) {
    std::uint32_t const i = f.count - f.left;
    switch (f.kind) {
      case Frame::Kind::list:
        init_field(f.object, layout::pair_car, v);
        frames_[f.depth].object = cdr(f.object);
        break;
      case Frame::Kind::pair:
        init_field(f.object, i == 0 ? layout::pair_car : layout::pair_cdr, v);
        break;
      case Frame::Kind::vector: init_vector(f.object, i, v); break;
      case Frame::Kind::table: {
        TableToFill& t = to_fill_[f.table];
        Value& items = i % 2 == 0 ? t.keys : t.values;
        items = cons(thread_, v, items);
        break;
      }
    }
  }

  Value integer() {
    WireTag const tag = from_.tag();
    CORACLE_CHECK(tag == WireTag::int32 || tag == WireTag::integer);
    return integer(tag);
  }
  Value integer(WireTag tag) {
    if (tag == WireTag::int32) return make_fixnum(from_.number<std::int32_t>());
    bool const negative = from_.number<std::uint8_t>() != 0;
    std::vector<std::uint32_t> digits(from_.number<std::uint32_t>());
    for (std::uint32_t& digit : digits) digit = from_.number<std::uint32_t>();
    return make_integer(thread_, digits, negative);
  }

  Value numbered(Value v) {
    numbered_.push_back(v);
    return v;
  }

  Value item() {
    switch (WireTag const tag = from_.tag()) {
      case WireTag::undefined: return void_value;
      case WireTag::no: return false_value;
      case WireTag::yes: return true_value;
      case WireTag::int32:
      case WireTag::integer: return integer(tag);
      case WireTag::flonum: return make_flonum(thread_, from_.number<double>());
      case WireTag::ratio: {
        Value const numerator = integer();
        return make_ratnum(thread_, numerator, integer());
      }
      case WireTag::character: return make_char(from_.number<std::uint32_t>());
      case WireTag::string: return make_string_utf8(thread_, from_.text());
      case WireTag::symbol: return thread_.vm.symbols.intern(thread_, from_.text());
      case WireTag::bytevector: return numbered(make_bytevector(thread_, from_.text()));
      case WireTag::list: {
        auto const count = from_.number<std::uint32_t>();
        Value list = nil;
        for (std::uint32_t i = 0; i < count; ++i) list = cons(thread_, false_value, list);
        push({Frame::Kind::list, list, 0, count});
        return numbered(list);
      }
      case WireTag::pair: {
        Value const pair = cons(thread_, false_value, false_value);
        push({Frame::Kind::pair, pair, 0, 2});
        return numbered(pair);
      }
      case WireTag::vector: {
        auto const count = from_.number<std::uint32_t>();
        Value const vector = make_vector(thread_, count, false_value);
        push({Frame::Kind::vector, vector, 0, count});
        return numbered(vector);
      }
      case WireTag::table: {
        auto const count = from_.number<std::uint32_t>();
        CORACLE_CHECK(to_fill_.size() < parts_.tables.size());
        Value const table = parts_.tables[to_fill_.size()];
        push({Frame::Kind::table, table, 0, 2 * count, to_fill_.size()});
        to_fill_.push_back({table, nil, nil});
        return numbered(table);
      }
      case WireTag::object: return found(parts_.objects, from_.number<std::uint32_t>());
      case WireTag::procedure:
      case WireTag::handle: return found(parts_.handles, from_.number<std::uint32_t>());
      case WireTag::reference: {
        auto const i = from_.number<std::uint32_t>();
        CORACLE_CHECK(i < numbered_.size());
        return numbered_[i];
      }
    }
    check_failed("the tag is not in wire.def", __FILE__, __LINE__);
  }

  static Value found(const std::unordered_map<std::uint32_t, Root>& roots, std::uint32_t number) {
    auto const place = roots.find(number);
    CORACLE_CHECK(place != roots.end());
    return place->second;
  }

  WireReader& from_;
  Thread& thread_;
  const WireParts& parts_;
  std::vector<TableToFill>& to_fill_;
  std::vector<Frame> frames_;
  std::vector<Value> numbered_;
};

}  // namespace

std::span<const std::uint8_t> WireReader::bytes(std::size_t count) {
  CORACLE_CHECK(count <= rest_.size());
  auto const result = rest_.first(count);
  rest_ = rest_.subspan(count);
  return result;
}

Value read_value(WireReader& from, Thread& thread, const WireParts& parts,
                 std::vector<TableToFill>& to_fill) {
  return Decoder(from, thread, parts, to_fill).run();
}

}  // namespace coracle
