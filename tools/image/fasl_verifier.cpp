#include "tools/image/fasl_verifier.h"

#include <bit>

#include "vm/base/endian.h"
#include "vm/base/value.h"

namespace coracle::image {
namespace {

constexpr std::uint64_t code_flag_continuation = 2;

std::string name_of(FaslCode code) { return fasl_code_name(static_cast<std::uint8_t>(code)); }

std::string one_below(std::uint64_t n, std::size_t limit) {
  return std::to_string(n) + ", expected one below " + std::to_string(limit);
}

}  // namespace

FaslVerifier::Ref FaslVerifier::leaf(ByteReader& in, const FaslItem& item) {
  ++verified_.objects;
  std::uint64_t const w = item.words[0];
  switch (item.code) {
    case FaslCode::symbol:
    case FaslCode::gensym:
    case FaslCode::uninterned_symbol: return {Kind::symbol};
    case FaslCode::small_integer: return {Kind::integer};
    case FaslCode::large_integer: return {item.words[0] == 0 ? Kind::large_natural : Kind::integer};
    case FaslCode::flonum: return {Kind::flonum};
    case FaslCode::base_rtd: return {Kind::record};
    case FaslCode::immediate:
      if (!is_fixmediate(Value{w}) || Value{w} == forward_marker) {
        in.fail_at(item.offset, "found the bits " + std::to_string(w) +
                                    ", expected those of an immediate object");
      }
      return {is_fixnum(Value{w}) ? Kind::integer : Kind::other};
    case FaslCode::entry:
      if (profile_ != nullptr && w >= profile_->c_entry_names.size()) {
        in.fail_at(item.offset, "found C entry " + one_below(w, profile_->c_entry_names.size()));
      }
      return {Kind::other};
    case FaslCode::library:
    case FaslCode::library_code:
      if (profile_ != nullptr && w >= profile_->library_entry_count) {
        in.fail_at(item.offset,
                   "found library entry " + one_below(w, profile_->library_entry_count));
      }
      return {Kind::library};
    case FaslCode::fxvector:
      for (std::int64_t const n : item.fixnums) {
        if (!fits_fixnum(n)) {
          in.fail_at(item.offset,
                     "found " + std::to_string(n) + " in an fxvector, expected a fixnum");
        }
      }
      return {Kind::other};
    default: return {Kind::other};
  }
}

FaslVerifier::Node FaslVerifier::open(ByteReader& in, const FaslItem& item) {
  ++verified_.objects;
  Node node{{Kind::other}, item.words[0], 0};
  switch (item.code) {
    case FaslCode::code:
      node.object = {Kind::code, static_cast<std::uint32_t>(code_.size())};
      node.first = item.words[2];
      code_.emplace_back(code_.get_allocator().resource());
      code_.back().free_variables = item.words[1];
      ++verified_.code;
      if ((item.words[0] & code_flag_continuation) == 0 || profile_ == nullptr) break;
      if (!expects_continuations_) {
        in.fail_at(item.offset,
                   "found code of continuations, expected it once, in a base boot file");
      }
      expects_continuations_ = false;
      break;
    case FaslCode::record: node.object.kind = Kind::record; break;
    // Made of their parts, so that these can't refer to them.
    case FaslCode::rtd:
    case FaslCode::ratnum:
    case FaslCode::exactnum:
    case FaslCode::inexactnum: node.object = {}; break;
    case FaslCode::stencil_vector:
    case FaslCode::system_stencil_vector:
      if (item.words[0] >> 58 != 0) {
        in.fail_at(item.offset, "found a mask of " + std::to_string(std::bit_width(item.words[0])) +
                                    " bits, expected at most 58");
      }
      break;
    default: break;
  }
  return node;
}

void FaslVerifier::part_of_number(ByteReader& in, FaslCode code, Ref part) {
  bool const integer = part.kind == Kind::integer || part.kind == Kind::large_natural;
  bool const fits = code == FaslCode::inexactnum ? part.kind == Kind::flonum
                    : code == FaslCode::exactnum ? integer || part.kind == Kind::ratnum
                                                 : integer;
  if (fits) return;
  in.fail("found another object as a part of " + name_of(code) + ", expected " +
          (code == FaslCode::inexactnum ? "a flonum"
           : code == FaslCode::exactnum ? "an exact real number"
                                        : "an exact integer"));
}

void FaslVerifier::child(ByteReader& in, FaslCode code, Node& node, std::uint64_t index, Ref part) {
  switch (code) {
    case FaslCode::ratnum:
    case FaslCode::exactnum:
    case FaslCode::inexactnum: part_of_number(in, code, part); break;
    case FaslCode::flvector:
      if (part.kind != Kind::flonum) {
        in.fail("found another object in an flvector, expected a flonum");
      }
      break;
    case FaslCode::closure:
      if (part.kind != Kind::code) {
        in.fail("found a closure over another object, expected code");
      } else if (node.first != code_entry_displacement) {
        in.fail("found the entry of a closure " + std::to_string(node.first) +
                " bytes after its code, expected " + std::to_string(code_entry_displacement));
      } else if (code_[part.code].free_variables != 0) {
        in.fail("found a closure over code with free variables, expected code without any");
      }
      break;
    case FaslCode::record:
      if (part.kind != Kind::record) {
        in.fail("found another object as the type of a record, expected a record type descriptor");
      }
      break;
    case FaslCode::rtd:
      if (index == 0 && part.kind != Kind::symbol) {
        in.fail("found another object as the unique name of a record type, expected a symbol");
      } else if (index == 0) {
        node.object.kind = Kind::record;
      }
      break;
    default: break;
  }
}

void FaslVerifier::code_bytes(ByteReader& in, Node& node, std::span<const std::uint8_t> bytes) {
  if (!verifier_) return;
  std::uint64_t const start = in.offset() - bytes.size();
  if (bytes.empty() || bytes.size() % instruction_bytes != 0) {
    in.fail_at(start, "found " + std::to_string(bytes.size()) +
                          " bytes of code, expected one or more 4-byte words");
    return;
  }
  std::span<const std::uint8_t> code = bytes;
  std::vector<std::uint8_t> reordered;
  if constexpr (big_endian_host) {
    // In files the least significant byte comes first.
    reordered.assign(bytes.begin(), bytes.end());
    reorder_code(reordered, std::endian::little, std::endian::native, limits_.return_points);
    code = reordered;
  }
  std::pmr::vector<CodeWord>& kinds = code_[node.object.code].kinds;
  kinds.resize(bytes.size() / instruction_bytes);
  std::optional<CodeFault> const fault = verifier_->verify(HostCode(code), kinds);
  if (fault) {
    in.fail_at(start + fault->offset, "found " + fault->found + ", expected " + fault->expected);
  }
}

namespace {

/// The object that a relocation leads to, for check_relocation().
struct RelocationTarget {
  FaslVerifier::Kind kind;
  std::span<const CodeWord> kinds;  // of code: none while it is being read

  bool is_code() const { return kind == FaslVerifier::Kind::code || is_elsewhere(); }
  bool is_symbol() const { return kind == FaslVerifier::Kind::symbol; }
  bool is_record() const { return kind == FaslVerifier::Kind::record; }
  bool is_positive_bignum() const { return kind == FaslVerifier::Kind::large_natural; }
  bool is_place_of_instruction(std::uint64_t byte) const {
    if (kinds.empty()) return true;
    std::uint64_t const word = byte / instruction_bytes;
    return word < kinds.size() && kinds[static_cast<std::size_t>(word)] == CodeWord::instruction;
  }

 private:
  bool is_elsewhere() const { return kind == FaslVerifier::Kind::library; }
};

}  // namespace

void FaslVerifier::relocation(ByteReader& in, Node& node, const FaslRelocation& r, Ref object) {
  ++verified_.relocations;
  if (!verifier_ || !check_relocation_place(in, r, node.first, node.second)) return;
  RelocationTarget target{object.kind, {}};
  if (object.kind == Kind::code) target.kinds = code_[object.code].kinds;
  check_relocation(in, r, code_[node.object.code].kinds, limits_.return_points, target);
}

FaslVerifier::Ref FaslVerifier::close(ByteReader&, FaslCode code, Node& node) {
  switch (code) {
    case FaslCode::ratnum: return {Kind::ratnum};
    case FaslCode::exactnum:
    case FaslCode::inexactnum: return {Kind::other};
    default: return node.object;
  }
}

}  // namespace coracle::image
