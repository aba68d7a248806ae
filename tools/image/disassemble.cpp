// coracle image disassemble
#include <algorithm>

#include "boot/image/code_rules.h"
#include "boot/image/fasl_object.h"
#include "boot/image/fasl_tree.h"
#include "boot/profiles/profiles.h"
#include "tools/image/input.h"
#include "tools/image/names.h"
#include "tools/image/output.h"
#include "tools/image/subcommands.h"
#include "vm/base/byte_reader.h"
#include "vm/isa/disassembler.h"

namespace coracle::image {
namespace {

std::string hex(std::uint64_t n, int digits) {
  char text[24];
  std::snprintf(text, sizeof text, "%0*llx", digits, static_cast<unsigned long long>(n));
  return text;
}

/// A line of code, with what is known of it.
struct Line {
  std::uint64_t offset = 0;  // in bytes from the first instruction
  std::uint32_t word = 0;
  bool is_header = false;  // of a return point
  std::string text, comment;
  std::string return_point;  // if one begins here: its frame
};

/// The lines of one code object.
class Listing {
 public:
  Listing(const FaslTreeNode& code, const Profile& profile)
      : code_(code), profile_(profile), bytes_(code.octets, std::endian::little) {}

  std::vector<Line> lines() {
    ReturnPointLayout const layout = code_limits(profile_).return_points;
    std::vector<DisassembledLine> const plain = disassemble_lines(bytes_, 0, layout);
    std::vector<Line> lines;
    for (std::size_t i = 0; i < plain.size(); ++i) {
      const DisassembledLine& from = plain[i];
      Line line;
      line.offset = from.word * instruction_bytes;
      line.word = bytes_.word(from.word);
      line.is_header = from.kind == CodeWord::header;
      line.text = from.text.substr(0, from.text.find("  ;"));
      if (line.is_header) {
        line.comment = role_in_header(plain, i);
      } else if (i != 0 && plain[i - 1].kind == CodeWord::header) {
        line.return_point = frame_before(from.word);
      }
      std::string const relocations = relocations_within(line.offset, from.words);
      if (!relocations.empty()) {
        line.comment += (line.comment.empty() ? "" : ": ") + relocations;
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

 private:
  /// What a word of a header is, by how far it is from the return point.
  std::string role_in_header(const std::vector<DisassembledLine>& lines, std::size_t i) const {
    std::size_t end = i;
    while (end < lines.size() && lines[end].kind == CodeWord::header) ++end;
    std::size_t const point = end < lines.size() ? lines[end].word : bytes_.words();
    auto const distance = -static_cast<std::int64_t>((point - lines[i].word) * instruction_bytes);
    bool const compact = is_compact(point);
    if (compact && distance == profile_.return_compact_mask) return "live mask and frame size";
    if (compact && distance == profile_.return_compact_toplink) return "toplink";
    if (!compact && distance == profile_.return_frame_size) return "frame size";
    if (!compact && distance == profile_.return_live_mask) return "live mask";
    if (!compact && distance == profile_.return_toplink) return "toplink";
    if (!compact && distance == profile_.return_mv_address)
      return "return point for several values";
    return "header of a return point";
  }
  std::uint64_t wide_before(std::size_t point, std::int64_t distance) const {
    auto const words = static_cast<std::size_t>(-distance) / instruction_bytes;
    return words <= point ? bytes_.wide(point - words) : 0;
  }
  bool is_compact(std::size_t point) const {
    return (wide_before(point, profile_.return_compact_mask) & 1) != 0;
  }
  std::string frame_before(std::size_t point) const {
    std::uint64_t const last = wide_before(point, profile_.return_frame_size);
    // A compact header: the live mask from bit 7 on, the frame's words in bits 2 to 6.
    bool const compact = is_compact(point);
    std::uint64_t const size = compact ? (last >> 2 & 0x1F) * 8 : last;
    std::uint64_t const mask =
        compact ? last >> 7 : wide_before(point, profile_.return_live_mask) >> 3;
    return "frame of " + std::to_string(size) + " bytes" +
           (mask != 0 ? ", live words 0x" + hex(mask, 1) : "");
  }

  /// The objects that the relocations of some words lead to.
  std::string relocations_within(std::uint64_t offset, std::size_t words) {
    std::uint64_t const end = offset + words * instruction_bytes;
    std::string text;
    for (; next_ < code_.relocations.size(); ++next_) {
      const FaslRelocation& r = code_.relocations[next_];
      std::uint64_t const at = r.place - code_entry_displacement;
      if (at >= end) break;
      if (at < offset) continue;
      text += (text.empty() ? "" : ", ") + target(*code_.relocated[next_], r.item_offset);
    }
    return text;
  }
  std::string target(const FaslTreeNode& object, std::uint64_t offset) const {
    bool const is_symbol = object.code == FaslCode::symbol || object.code == FaslCode::gensym;
    std::string const name = &object == &code_ ? "this code" : name_of(object, &profile_);
    if (offset == 0) return is_symbol ? "symbol " + name : name;
    if (is_symbol && offset == symbol_value_displacement) return "value of symbol " + name;
    // Code is entered at its first instruction, or at another one.
    return offset == code_entry_displacement
               ? "entry of " + name
               : name + "+0x" + hex(offset - code_entry_displacement, 1);
  }

  const FaslTreeNode& code_;
  const Profile& profile_;
  CodeBytes bytes_;
  std::size_t next_ = 0;  // relocation
};

class Disassembler {
 public:
  Disassembler(Input& input, const Arguments& arguments) : input_(input), json_(arguments.json) {
    if (arguments.operands.size() > 1) wanted_ = arguments.operands[1];
  }

  Result<void> run(const std::optional<std::string>& section) {
    if (json_) {
      out_.open_object().field("file", input_.path()).key("code").open_array();
    }
    Result<void> done = each_fasl_section(
        input_, section, [&](const ImageSection& s) { return disassemble_section(s.name); });
    if (!done) return done;
    if (found_ == 0 && wanted_) {
      return fail(input_.path() + ": found no code with the name " + *wanted_);
    }
    if (json_) {
      out_.close_array().close_object();
      text_ += out_.take();
    }
    return print(text_);
  }

 private:
  Result<void> disassemble_section(const std::string& name) {
    Objects objects(input_.contents(), input_.memory());
    for (std::uint64_t number = 0;; ++number) {
      Result<std::optional<FaslPayload>> const object = objects.next();
      if (!object) return tl::unexpected<Error>(object.error());
      if (!*object) return {};
      const FaslPayload& payload = **object;
      FaslTree tree;
      Result<FaslTree::Ref> const read =
          read_fasl_object(payload, tree, objects.counts_externals(), &input_.memory());
      if (!read) return tl::unexpected<Error>(read.error());
      for (const auto& node : tree.nodes()) {
        if (node->code != FaslCode::code) continue;
        if (objects.profile() == nullptr) return unknown_code(objects, payload, *node);
        if (wanted_ && name_of_code(*node) != *wanted_) continue;
        ++found_;
        Place const place{name, number, payload.name, node->offset};
        if (json_) add_json(*node, *objects.profile(), place);
        else add_text(*node, *objects.profile(), place);
        Result<void> const printed = print_much();
        if (!printed) return printed;
      }
    }
  }

  struct Place {
    const std::string& section;
    std::uint64_t object;
    const std::string& file;
    std::uint64_t offset;
  };

  Result<void> unknown_code(const Objects& objects, const FaslPayload& payload,
                            const FaslTreeNode& node) const {
    const FaslHeader& header = objects.headers().back();
    const Profile* const release = objects.release();
    return fail(at_offset(
        payload.name, node.offset,
        "found code for " +
            (release != nullptr ? "machine type " + machine_type_name(*release, header.machine_type)
                                : "release " + release_name(header.version)) +
            ", expected " + supported_releases() + " and machine type " +
            supported_machine_types(profiles().front().version)));
  }

  void add_text(const FaslTreeNode& code, const Profile& profile, const Place& place) {
    if (found_ > 1) text_ += "\n";
    std::uint64_t const free_variables = code.words[1];
    text_ += style_.bold(name_of_code(code)) + ": " +
             printable(at_offset(place.file, place.offset, "")) +
             std::to_string(code.octets.size()) + " bytes, arguments: " + arity_of_code(code) +
             (free_variables != 0 ? ", free variables: " + std::to_string(free_variables) : "") +
             "\n";
    for (const Line& line : Listing(code, profile).lines()) {
      if (!line.return_point.empty()) {
        text_ += style_.faint("return point: " + line.return_point) + "\n";
      }
      std::string text = "  " + hex(line.offset, 4) + "  " + hex(line.word, 8) + "  " + line.text;
      if (!line.comment.empty()) {
        constexpr std::size_t comment_column = 52;
        text.resize(std::max(text.size() + 2, comment_column), ' ');
        text += style_.faint("; " + line.comment);
      }
      text_ += text + "\n";
    }
  }

  void add_json(const FaslTreeNode& code, const Profile& profile, const Place& place) {
    out_.open_object().field("name", name_of_code(code)).field("section", place.section);
    out_.field("object", place.object).field("offset", place.offset);
    out_.field("size", std::uint64_t{code.octets.size()}).field("arguments", arity_of_code(code));
    out_.field("free_variables", code.words[1]).key("lines").open_array();
    for (const Line& line : Listing(code, profile).lines()) {
      out_.open_object().field("offset", line.offset).field("word", std::uint64_t{line.word});
      out_.field("text", line.text);
      if (line.is_header) out_.field("header", true);
      if (!line.return_point.empty()) out_.field("return_point", line.return_point);
      if (!line.comment.empty()) out_.field("comment", line.comment);
      out_.close_object();
    }
    out_.close_array().close_object();
    text_ += out_.drain();
  }

  /// Prints what has been collected, if it is much.
  Result<void> print_much() {
    constexpr std::size_t much = 1 << 16;
    if (text_.size() < much) return {};
    Result<void> const printed = print(text_);
    text_.clear();
    return printed;
  }

  Input& input_;
  bool json_;
  std::optional<std::string> wanted_;
  std::uint64_t found_ = 0;
  Style style_;
  std::string text_;
  Json out_;
};

}  // namespace

Result<int> run_disassemble(const Arguments& arguments) {
  Result<std::unique_ptr<Input>> const input = Input::open(arguments.operands[0]);
  if (!input) return tl::unexpected<Error>(input.error());
  Result<void> const done = Disassembler(**input, arguments).run(arguments.section);
  if (!done) return tl::unexpected<Error>(done.error());
  return 0;
}

}  // namespace coracle::image
