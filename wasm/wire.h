// Scheme objects as bytes for JavaScript, and back (wire.def).
//
// Invariants: neither direction runs Scheme code or collects, so plain Values stay good; nesting is kept on a
// stack of its own. What needs Scheme code (the entries of hash tables, new procedures, new tables) is
// prepared by the WireHost, before.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "boot/api/convert.h"

namespace coracle {

enum class WireTag : std::uint8_t {
#define WIRE_TAG(number, name, meaning) name = number,
#include "wasm/wire.def"
#undef WIRE_TAG
};

/// Bytes that are being written.
class WireWriter {
 public:
  void tag(WireTag t) { bytes_.push_back(static_cast<std::uint8_t>(t)); }
  template <class T>
  void number(T n) {
    const auto* const first = reinterpret_cast<const std::uint8_t*>(&n);
    bytes_.insert(bytes_.end(), first, first + sizeof n);
  }
  void text(std::string_view s) {
    number(static_cast<std::uint32_t>(s.size()));
    bytes_.insert(bytes_.end(), s.begin(), s.end());
  }
  std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// Bytes that JavaScript wrote. Reading past their end is a failed check: they are not a user's input.
class WireReader {
 public:
  explicit WireReader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}
  WireTag tag() { return static_cast<WireTag>(number<std::uint8_t>()); }
  template <class T>
  T number() {
    T n;
    std::memcpy(&n, bytes(sizeof n).data(), sizeof n);
    return n;
  }
  std::span<const std::uint8_t> bytes(std::size_t count);
  std::string_view text() {
    auto const b = bytes(number<std::uint32_t>());
    return {reinterpret_cast<const char*>(b.data()), b.size()};
  }

 private:
  std::span<const std::uint8_t> rest_;
};

/// What the encoder must know of JavaScript's objects, and of hash tables.
class WireHost {
 public:
  virtual ~WireHost() = default;
  /// The id of the JavaScript object or function that this Scheme object stands for.
  virtual std::optional<std::uint32_t> object_id(Value v) = 0;
  virtual bool is_table(Value v) = 0;
  /// A new handle.
  virtual std::uint32_t add_handle(Value v) = 0;
};

/// The keys and values of a hash table, in vectors.
struct TableEntries {
  Value keys, values;
};
using KnownTables = std::unordered_map<Word, TableEntries>;  // by the table's bits

/// Writes a value. If it reaches hash tables that aren't among the known ones, they come back in `unknown`,
/// and what was written is no good.
void write_value(WireWriter& to, Value v, WireHost& host, const KnownTables& known,
                 std::vector<Value>& unknown);

/// What the decoder takes as it is.
struct WireParts {
  std::span<const Root> tables;                     // new ones, to be filled
  std::unordered_map<std::uint32_t, Root> objects;  // by id
  const std::unordered_map<std::uint32_t, Root>& handles;
};
/// A table that is to be filled, with lists of its keys and its values.
struct TableToFill {
  Value table, keys, values;
};
Value read_value(WireReader& from, Thread& thread, const WireParts& parts,
                 std::vector<TableToFill>& to_fill);

}  // namespace coracle
