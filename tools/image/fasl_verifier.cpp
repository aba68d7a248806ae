#include "tools/image/fasl_verifier.h"

#include <bit>

#include "vm/base/value.h"
#include "vm/isa/verifier.h"

namespace coracle::image {
namespace {

constexpr std::uint64_t code_data = ReturnPointLayout{}.code_data;
constexpr std::uint64_t greatest_relocation_type = 2;
constexpr std::uint64_t greatest_short_offset = (std::uint64_t{1} << 26) - 1;
constexpr std::uint64_t symbol_value_offset = 5;

std::string name_of(FaslCode code) { return fasl_code_name(static_cast<std::uint8_t>(code)); }

std::string one_below(std::uint64_t n, std::size_t limit) {
  return std::to_string(n) + ", expected one below " + std::to_string(limit);
}

CodeLimits limits_of(const Profile& profile) {
  CodeLimits limits;
  limits.return_points.toplink = static_cast<std::uint32_t>(-profile.return_toplink);
  limits.return_points.compact_toplink =
      static_cast<std::uint32_t>(-profile.return_compact_toplink);
  return limits;
}

}  // namespace

FaslVerifier::Ref FaslVerifier::leaf(ByteReader& in, const FaslItem& item) {
  ++verified_.objects;
  std::uint64_t const w = item.words[0];
  switch (item.code) {
    case FaslCode::symbol:
    case FaslCode::gensym:
    case FaslCode::uninterned_symbol: return {Kind::symbol};
    case FaslCode::small_integer:
    case FaslCode::large_integer: return {Kind::integer};
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
      // What it is, another file says.
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
  bool const fits = code == FaslCode::inexactnum ? part.kind == Kind::flonum
                    : code == FaslCode::exactnum
                        ? part.kind == Kind::integer || part.kind == Kind::ratnum
                        : part.kind == Kind::integer;
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
      } else if (node.first != code_data) {
        in.fail("found the entry of a closure " + std::to_string(node.first) +
                " bytes after its code, expected " + std::to_string(code_data));
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
  if (profile_ == nullptr) return;
  std::uint64_t const start = in.offset() - bytes.size();
  CodeLimits const limits = limits_of(*profile_);
  Result<void> const sound = verify_code(bytes, std::endian::little, limits);
  if (!sound) {
    in.fail_at(start, sound.error().message);
    return;
  }
  std::vector<CodeWord> const kinds =
      map_code(CodeBytes(bytes, std::endian::little), limits.return_points);
  code_[node.object.code].kinds.assign(kinds.begin(), kinds.end());
}

bool FaslVerifier::is_place(Ref object, std::uint64_t offset) const {
  if (offset == 0) return true;
  if (object.kind == Kind::symbol) return offset == symbol_value_offset;
  if (object.kind != Kind::code && object.kind != Kind::library) return false;
  std::uint64_t const at = offset - code_data;
  if (offset < code_data || at % instruction_bytes != 0) return false;
  if (object.kind == Kind::library) return true;
  const std::pmr::vector<CodeWord>& kinds = code_[object.code].kinds;
  std::uint64_t const word = at / instruction_bytes;
  // Of code around this, the words may not have been read.
  return kinds.empty() ||
         (word < kinds.size() && kinds[static_cast<std::size_t>(word)] == CodeWord::instruction);
}

void FaslVerifier::relocation(ByteReader& in, Node& node, const FaslRelocation& r, Ref object) {
  ++verified_.relocations;
  if (profile_ == nullptr) return;
  auto const wrong = [&](const std::string& what) { in.fail_at(r.offset, what); };
  if (r.type > greatest_relocation_type) {
    return wrong("found relocation type " + std::to_string(r.type) + ", expected 0 to " +
                 std::to_string(greatest_relocation_type));
  }
  std::uint64_t const at = r.place - code_data, size = node.first;
  // The sum of the offsets may have wrapped around.
  if (r.place < std::max(code_data, node.second) || size < word_bytes || at > size - word_bytes) {
    return wrong("found a relocation at byte " + std::to_string(at) + " of code of " +
                 std::to_string(size) + " bytes, expected one " +
                 (r.place < node.second ? "after the last one" : "within the code"));
  }
  node.second = r.place + word_bytes;
  const std::pmr::vector<CodeWord>& kinds = code_[node.object.code].kinds;
  auto const is_data = [&](std::uint64_t byte) {
    CodeWord const kind = kinds[static_cast<std::size_t>(byte / instruction_bytes)];
    return kind == CodeWord::literal || kind == CodeWord::header;
  };
  if (at % instruction_bytes != 0 || !is_data(at) || !is_data(at + instruction_bytes)) {
    return wrong("found a relocation at byte " + std::to_string(at) +
                 " of code, expected one in the data of a literal or in a return point's header");
  }
  if (!r.extended && std::max(r.code_offset, r.item_offset) > greatest_short_offset) {
    return wrong(
        "found a short relocation with an offset of more than 26 bits, expected a long one");
  }
  if (is_place(object, r.item_offset)) return;
  const char* const places = object.kind == Kind::symbol ? "0 or 5"
                             : object.kind == Kind::code || object.kind == Kind::library
                                 ? "0 or the place of an instruction"
                                 : "0";
  wrong("found a relocation to " + std::to_string(r.item_offset) +
        " bytes after its object, expected " + places);
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
