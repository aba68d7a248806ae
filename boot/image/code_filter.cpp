// Code falls into blocks: one begins after each word that ends a run (a jump), and after each header of a
// return point, which stands there. What is known at each place, on both sides:
//
// - An `adr` of a return point waits until the walk comes to the header; its distance is left out.
// - A branch leads to the start of a block, as a rule: it is given by the number of blocks that lie between.
// - Otherwise it is a jump from out-of-line code back to the line, as a rule: near the *origin*, the last
//   branch that led to this block or to one before it.
// - The data of a literal is 0 and a relocation's place, as a rule; so is the first word of a header.
#include "boot/image/code_filter.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "vm/isa/code_map.h"
#include "vm/isa/encoding.h"

namespace coracle {
namespace {

constexpr std::uint32_t code_data = ReturnPointLayout{}.code_data;

/// A bit of a literal's word that no compiler sets: its data isn't 0.
constexpr std::uint32_t literal_has_data = 1u << 12;
/// What a word holds beside its distance, which the stream of instructions doesn't have.
constexpr std::uint32_t address_rest = 0xFFF;  // imm20, in words
constexpr std::uint32_t branch_rest = 0x3FF;   // imm24, in bytes, of which two bits are 0

// The byte in `branches`: 1 + the number of block starts before the target; or one of these.
constexpr std::uint8_t far_branch = 0, backward_branch = 255, blocks_limit = 250;

// The byte in `headers`: its kind, plus 4 times the number of younger addresses that wait.
constexpr std::uint32_t header_words[] = {0, 8, 4};
constexpr int no_header = 0, full_header = 1, compact_header = 2;
constexpr std::size_t most_waiting = 60;

enum class Step : std::uint8_t { plain, branch, literal, address };
struct WordShape {
  Step step = Step::plain;
  bool ends_run = false;
};
constexpr std::array<WordShape, 256> make_instructions() {
  std::array<WordShape, 256> table{};
  for (const InstructionInfo& info : instruction_table) {
    WordShape& i = table[info.number()];
    i.ends_run = ends_run(info.flow);
    if (info.flow == Flow::literal) i.step = Step::literal;
    if (info.flow == Flow::address) i.step = Step::address;
    for (const Field& f : info.operands()) {
      if (f.kind == FieldKind::code_bytes) i.step = Step::branch;
    }
  }
  return table;
}
constexpr std::array<WordShape, 256> instructions = make_instructions();
/// Neither a step nor the end of a run.
constexpr std::array<bool, 256> is_plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = instructions[i].step == Step::plain && !instructions[i].ends_run;
  return table;
}();

std::uint32_t load32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 8 |
         static_cast<std::uint32_t>(p[2]) << 16 | static_cast<std::uint32_t>(p[3]) << 24;
}
std::uint64_t load64(const std::uint8_t* p) {
  return load32(p) | static_cast<std::uint64_t>(load32(p + 4)) << 32;
}
void store32(std::uint8_t* p, std::uint32_t v) {
  for (int i = 0; i < 4; ++i) p[i] = static_cast<std::uint8_t>(v >> (8 * i));
}
void store64(std::uint8_t* p, std::uint64_t v) {
  store32(p, static_cast<std::uint32_t>(v));
  store32(p + 4, static_cast<std::uint32_t>(v >> 32));
}

/// Where the words of a full header lie, in bytes from its start. The last one is the frame's size.
struct HeaderLayout {
  std::uint8_t mv_address, mask, toplink;
};
constexpr std::uint8_t frame_size_at = 24, compact_frame_at = 8;
constexpr HeaderLayout header_layout(FaslDialect d) {
  return d.toplink_first ? HeaderLayout{8, 16, 0} : HeaderLayout{0, 8, 16};
}

class CodeSplitter {
 public:
  CodeSplitter(std::span<const std::uint8_t> body, FaslDialect dialect)
      : body_(body),
        layout_(header_layout(dialect)),
        words_(static_cast<std::uint32_t>(body.size() / 4)) {}

  bool run(StreamWriter& out, std::vector<std::uint32_t>& places) {
    if (body_.size() % 4 != 0 || body_.size() > UINT32_MAX) return false;
    if (!find_blocks()) return false;
    add_to(out, places);
    return true;
  }

 private:
  struct Waiting {
    std::uint32_t at, target;
  };
  /// A header that an address waits for.
  struct Header {
    int kind = no_header;
    std::size_t younger = 0;  // addresses that wait
  };

  std::uint32_t word(std::uint32_t i) const { return load32(&body_[std::size_t{4} * i]); }
  std::uint64_t wide(std::uint64_t byte) const {
    return load64(&body_[static_cast<std::size_t>(byte)]);
  }

  /// The kind of the header that ends at a word, if one is there that begins at `from` or later.
  int header_before(std::uint64_t target, std::uint64_t from) const {
    if (target > words_ || target < from + header_words[compact_header]) return no_header;
    std::uint64_t const end = 4 * target;
    if ((wide(end - 8) & 1) != 0) {
      return wide(end - 16) == end - 16 + code_data ? compact_header : no_header;
    }
    if (target < from + header_words[full_header]) return no_header;
    std::uint64_t const start = end - 32;
    bool const is_one = wide(start + layout_.toplink) == start + layout_.toplink + code_data &&
                        wide(start + layout_.mv_address) == 0;
    return is_one ? full_header : no_header;
  }
  Header header_at(std::uint32_t start, const std::vector<Waiting>& waiting) const {
    for (std::size_t younger = 0; younger < std::min(waiting.size(), most_waiting); ++younger) {
      const Waiting& w = waiting[waiting.size() - 1 - younger];
      int const kind = header_before(w.target, start);
      if (kind != no_header && w.target == start + header_words[kind]) return {kind, younger};
    }
    return {};
  }

  /// Finds the starts of blocks, and the addresses that their headers find again.
  bool find_blocks() {
    std::vector<Waiting> waiting;
    for (std::uint32_t i = 0; i < words_;) {
      std::uint32_t const at = i++, w = word(at);
      WordShape const what = instructions[w & 0xFF];
      if (what.step == Step::literal) {
        if (w >> 12 != 0 || words_ - i < 2) return false;
        i += 2;
      } else if (what.step == Step::address) {
        std::int64_t const distance = static_cast<std::int32_t>(w) >> 12;
        if (distance == 0) return false;
        if (distance > 0 && header_before(static_cast<std::uint64_t>(i + distance), i) != no_header)
          waiting.push_back({at, static_cast<std::uint32_t>(i + distance)});
      } else if (what.step == Step::branch && (w & 0x300) != 0) {
        return false;
      }
      if (!what.ends_run) continue;
      Header const h = header_at(i, waiting);
      i += header_words[h.kind];
      starts_.push_back(i);
      if (h.kind == no_header) continue;
      auto const found = waiting.end() - 1 - static_cast<std::ptrdiff_t>(h.younger);
      found_.push_back(found->at);
      waiting.erase(found);
    }
    std::ranges::sort(found_);
    return true;
  }

  void add_to(StreamWriter& out, std::vector<std::uint32_t>& places) {
    std::vector<Waiting> waiting;
    auto found = found_.begin();
    origins_.assign(starts_.size(), 0);
    for (std::uint32_t i = 0; i < words_;) {
      std::uint32_t const at = i++;
      std::uint32_t w = word(at);
      WordShape const what = instructions[w & 0xFF];
      switch (what.step) {
        case Step::plain: break;
        case Step::literal:
          if (wide(std::uint64_t{4} * i) == 0) {
            places.push_back(4 * i);
          } else {
            w |= literal_has_data;
            out.bytes(FilterStream::literals, body_.subspan(std::size_t{4} * i, 8));
          }
          i += 2;
          break;
        case Step::address:
          if (found == found_.end() || *found != at) break;
          ++found;
          waiting.push_back(
              {at, static_cast<std::uint32_t>(i + (static_cast<std::int32_t>(w) >> 12))});
          w &= address_rest;
          break;
        case Step::branch:
          add_branch(out, at, i + (static_cast<std::int32_t>(w) >> 10));
          w &= branch_rest;
          break;
      }
      std::uint8_t bytes[4];
      store32(bytes, w);
      out.bytes(FilterStream::instructions, bytes);
      if (!what.ends_run) continue;
      if (!waiting.empty()) i = add_header(out, i, waiting, places);
      if (origins_[block_] != 0) origin_ = origins_[block_];
      ++block_;
    }
  }

  void add_branch(StreamWriter& out, std::uint32_t at, std::int64_t target) {
    auto const here = starts_.begin() + static_cast<std::ptrdiff_t>(block_);
    auto const next = std::lower_bound(here, starts_.end(), target);
    if (next != starts_.end() && *next == target && next - here < blocks_limit) {
      out.byte(FilterStream::branches, static_cast<std::uint8_t>(next - here + 1));
      origins_[static_cast<std::size_t>(next - starts_.begin())] = at;
      return;
    }
    auto const before = std::lower_bound(starts_.begin(), here, target);
    if (before != here && *before == target) {
      out.byte(FilterStream::branches, backward_branch);
      out.number(FilterStream::blocks_back, static_cast<std::uint64_t>(here - before));
      return;
    }
    out.byte(FilterStream::branches, far_branch);
    out.folded(FilterStream::distances, target - origin_);
  }

  /// Where the walk goes on.
  std::uint32_t add_header(StreamWriter& out, std::uint32_t start, std::vector<Waiting>& waiting,
                           std::vector<std::uint32_t>& places) const {
    Header const h = header_at(start, waiting);
    out.byte(FilterStream::headers,
             static_cast<std::uint8_t>(h.younger << 2 | static_cast<std::size_t>(h.kind)));
    if (h.kind == no_header) return start;
    waiting.erase(waiting.end() - 1 - static_cast<std::ptrdiff_t>(h.younger));
    std::uint64_t const byte = std::uint64_t{4} * start;
    if (h.kind == compact_header) {
      out.number(FilterStream::frames, wide(byte + compact_frame_at));
    } else {
      places.push_back(4 * start + layout_.mv_address);
      out.number(FilterStream::frames, wide(byte + layout_.mask));
      out.number(FilterStream::frames, wide(byte + frame_size_at));
    }
    return start + header_words[h.kind];
  }

  std::span<const std::uint8_t> body_;
  HeaderLayout layout_;
  std::uint32_t words_;
  std::vector<std::uint32_t> starts_;  // of blocks, but for the first
  std::vector<std::uint32_t>
      origins_;  // of blocks: the last branch that led there, if it wasn't the first word
  std::vector<std::uint32_t> found_;  // addresses that headers find again
  std::size_t block_ = 0;             // number of the next block
  std::uint32_t origin_ = 0;
};

}  // namespace

bool split_code(std::span<const std::uint8_t> body, FaslDialect dialect, StreamWriter& out,
                std::vector<std::uint32_t>& places) {
  return CodeSplitter(body, dialect).run(out, places);
}

void CodeJoiner::join(StreamReader& in, std::span<std::uint8_t> body,
                      std::vector<std::uint32_t>& places) {
  HeaderLayout const layout = header_layout(dialect_);
  auto const words = static_cast<std::uint32_t>(body.size() / 4);
  std::uint32_t origin = 0;
  pending_.clear();
  starts_.clear();
  origins_.clear();
  branches_.clear();
  std::span<const std::uint8_t> const source = in.rest(FilterStream::instructions);
  const std::uint8_t* next = source.data();
  const std::uint8_t* const end = next + source.size();
  for (std::uint32_t i = 0; i < words && in.ok();) {
    // Most words are what they were.
    auto const most = std::min<std::size_t>(words - i, static_cast<std::size_t>(end - next) / 4);
    std::size_t plain = 0;
    while (plain != most && is_plain[next[4 * plain]]) ++plain;
    std::uint8_t* to = body.data() + std::size_t{4} * i;
    std::memcpy(to, next, 4 * plain);
    i += static_cast<std::uint32_t>(plain);
    next += 4 * plain;
    if (i == words) break;
    if (plain == most) return in.fail("there are too few instructions");
    to += 4 * plain;
    std::uint32_t const w = load32(next);
    std::memcpy(to, next, 4);
    next += 4;
    std::uint32_t const at = i++;
    WordShape const what = instructions[w & 0xFF];
    switch (what.step) {
      case Step::plain: break;
      case Step::literal:
        if (words - i < 2) return in.fail("a literal has no data");
        i += 2;
        if ((w & literal_has_data) == 0) {
          std::memset(to + 4, 0, 8);
          places.push_back(4 * (at + 1));
        } else {
          std::span<const std::uint8_t> const data = in.bytes(FilterStream::literals, 8);
          if (data.size() != 8) return;
          store32(to, w & ~literal_has_data);
          std::memcpy(to + 4, data.data(), 8);
        }
        break;
      case Step::address:
        if (w >> 12 == 0) pending_.push_back(at);
        break;
      case Step::branch: {
        std::uint8_t const where = in.byte(FilterStream::branches);
        std::uint32_t target = 0;
        if (where == far_branch) {
          target = static_cast<std::uint32_t>(in.folded(FilterStream::distances)) + origin;
        } else if (where == backward_branch) {
          std::uint64_t const back = in.number(FilterStream::blocks_back);
          if (back == 0 || back > starts_.size()) return in.fail("a branch leads to no block");
          target = starts_[starts_.size() - static_cast<std::size_t>(back)];
        } else {
          std::size_t const block = starts_.size() + where - 1;
          if (block >= origins_.size()) origins_.resize(block + 1, 0);
          origins_[block] = at;
          branches_.push_back({at, static_cast<std::uint32_t>(block)});
          break;
        }
        store32(to, (w & branch_rest) | (target - i) << 10);
        break;
      }
    }
    if (!what.ends_run) continue;
    if (!pending_.empty()) {
      std::uint8_t const token = in.byte(FilterStream::headers);
      int const kind = token & 3;
      std::size_t const younger = token >> 2;
      if (kind != no_header) {
        if (kind > compact_header || younger >= pending_.size() || words - i < header_words[kind])
          return in.fail("a return point's header is wrong");
        std::uint8_t* const h = body.data() + std::size_t{4} * i;
        std::uint32_t const start = 4 * i;
        i += header_words[kind];
        auto const which = pending_.end() - 1 - static_cast<std::ptrdiff_t>(younger);
        std::uint8_t* const address = body.data() + std::size_t{4} * *which;
        store32(address, (load32(address) & address_rest) | (i - *which - 1) << 12);
        pending_.erase(which);
        if (kind == compact_header) {
          store64(h, start + code_data);
          store64(h + compact_frame_at, in.number(FilterStream::frames));
        } else {
          places.push_back(start + layout.mv_address);
          store64(h + layout.mv_address, 0);
          store64(h + layout.toplink, start + layout.toplink + code_data);
          store64(h + layout.mask, in.number(FilterStream::frames));
          store64(h + frame_size_at, in.number(FilterStream::frames));
        }
      }
    }
    std::size_t const block = starts_.size();
    if (block < origins_.size() && origins_[block] != 0) origin = origins_[block];
    starts_.push_back(i);
  }
  if (!in.ok()) return;
  in.bytes(FilterStream::instructions, static_cast<std::uint64_t>(next - source.data()));
  for (const Branch& b : branches_) {
    if (b.block >= starts_.size()) return in.fail("a branch leads to no block");
    std::uint8_t* const to = body.data() + std::size_t{4} * b.at;
    store32(to, (load32(to) & branch_rest) | (starts_[b.block] - b.at - 1) << 10);
  }
}

}  // namespace coracle
