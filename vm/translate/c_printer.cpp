#include "vm/translate/c_printer.h"

#include <map>
#include <utility>

#include "vm/isa/encoding.h"
#include "vm/translate/chunk.h"

namespace coracle {
namespace {

/// The registers that chunks pass as arguments.
constexpr RegisterSet passed = 0
#define CORACLE_PASSES(n) | integer_register(n)
    CORACLE_PASSED(CORACLE_PASSES);
#undef CORACLE_PASSES

class RegionPrinter {
 public:
  RegionPrinter(const CodeBytes& code, const Graph& graph, const Regions& regions,
                const Region& region, std::string_view prefix, std::string& out)
      : code_(code),
        graph_(graph),
        regions_(regions),
        region_(region),
        prefix_(prefix),
        head_(block(region.head).begin),
        out_(out) {
    for (std::uint32_t const b : region.blocks) written_ |= block(b).written;
  }

  void print() {
    out_ += "static CORACLE_CHUNK(" + name_of(region_.head) + ") {\nCORACLE_ENTER\n";
    each(block(region_.head).live & ~passed, "CORACLE_LOAD_R", "CORACLE_LOAD_F");
    if (region_.blocks.front() != region_.head) out_ += "goto " + label(region_.head) + ";\n";
    for (std::size_t i = 0; i < region_.blocks.size(); ++i) {
      following_ = i + 1 < region_.blocks.size() ? region_.blocks[i + 1] : Block::none;
      print_block(region_.blocks[i]);
    }
    for (auto const& [to, text] : ways_out_) out_ += "L" + std::to_string(to) + "_: " + text;
    out_ += "}\n";
  }

 private:
  const Block& block(std::uint32_t b) const { return graph_.blocks()[b]; }
  bool is_here(std::uint32_t b) const {
    return regions_.region_of(b) != Block::none &&
           &regions_.all()[regions_.region_of(b)] == &region_;
  }
  std::string name_of(std::uint32_t head) const {
    return std::string(prefix_) + std::to_string(block(head).begin);
  }
  static std::string label(std::uint32_t b) { return "L" + std::to_string(b); }
  /// The address of a word, as an expression.
  std::string place(std::uint32_t word) const {
    return "CORACLE_AT(" +
           std::to_string(static_cast<std::int64_t>(word) - static_cast<std::int64_t>(head_)) + ")";
  }
  /// The call of an instruction's body.
  std::string body(std::uint32_t at) const {
    std::uint32_t const word = code_.word(at);
    const InstructionInfo& info = *find_instruction(word);
    bool const needs_place = info.flow != Flow::plain && info.flow != Flow::condition;
    return "op_" + std::string(info.name) + "(r, " + (needs_place ? place(at + 1) : "f") + ", " +
           std::to_string(word) + "u)";
  }

  void each(RegisterSet set, const char* integer, const char* floating) {
    for (unsigned n = 0; n < CORACLE_INTEGER_REGISTERS; ++n) {
      if ((set & integer_register(n)) != 0) out_ += call(integer, n);
    }
    for (unsigned n = 0; n < CORACLE_FLOAT_REGISTERS; ++n) {
      if ((set & float_register(n)) != 0) out_ += call(floating, n);
    }
  }
  static std::string call(const char* macro, unsigned n) {
    return std::string(macro) + "(" + std::to_string(n) + ")\n";
  }
  /// Stores what other code needs and memory does not hold yet.
  void store(RegisterSet live) {
    each(live & written_ & ~passed & ~integer_register(allocation_register), "CORACLE_STORE_R",
         "CORACLE_STORE_F");
  }

  /// Goes on with a block, which may be anywhere in the code object.
  void go_to(std::uint32_t to) {
    if (is_here(to)) {
      if (to != following_) out_ += "goto " + label(to) + ";\n";
      return;
    }
    out_ += "goto " + label(to) + "_;\n";
    std::string& text = ways_out_[to];
    if (!text.empty()) return;
    std::string outside;
    std::swap(out_, outside);
    store(block(to).live);
    out_ += regions_.is_head(to) ? "CORACLE_GO(" + name_of(to) + ", " : "CORACLE_LEAVE(";
    out_ += place(block(to).begin) + ")\n";
    std::swap(out_, outside);
    text = std::move(outside);
  }

  void print_instruction(std::uint32_t at) {
    std::uint32_t const word = code_.word(at);
    if (code_rows[word & 0xFF].is_nop) return;
    out_ += body(at) + ";\n";
    write_through(word);
  }
  /// A fault is recovered from with the allocation pointer in memory.
  void write_through(std::uint32_t word) {
    if ((effect_of(word).writes & integer_register(allocation_register)) != 0) {
      out_ += call("CORACLE_STORE_R", allocation_register);
    }
  }

  void print_block(std::uint32_t b) {
    const Block& it = block(b);
    out_ += label(b) + ":;\n";
    std::uint32_t const end = it.ending == Ending::next     ? it.end
                              : it.condition != Block::none ? it.condition
                                                            : it.last;
    for (std::uint32_t i = it.begin; i < end; i = next_instruction(code_, i)) print_instruction(i);
    switch (it.ending) {
      case Ending::next: return go_to(it.next);
      case Ending::jump: return go_to(it.taken);
      case Ending::branch: return print_branch(it);
      case Ending::exit:
        out_ += "{ const uint32_t* const to = " + body(it.last) + ";\n";
        store(it.live_out);
        out_ += "CORACLE_LEAVE(to) }\n";
        return;
      case Ending::left:
        store(it.live_out);
        out_ += "CORACLE_LEAVE(" + place(it.last) + ")\n";
        return;
    }
  }

  void print_branch(const Block& it) {
    bool const on_true = code_rows[code_.word(it.last) & 0xFF].flow == Flow::branch_true;
    out_ += "{ const int is = " + body(it.condition) + ";\n";
    write_through(code_.word(it.condition));
    out_ += std::string("if (") + (on_true ? "is" : "!is") + ") ";
    std::uint32_t const following = std::exchange(following_, Block::none);
    go_to(it.taken);
    following_ = following;
    out_ += "}\n";
    go_to(it.next);
  }

  const CodeBytes& code_;
  const Graph& graph_;
  const Regions& regions_;
  const Region& region_;
  const std::string_view prefix_;
  std::uint32_t const head_;  // the word where the head begins
  std::string& out_;
  RegisterSet written_ = 0;
  std::uint32_t following_ = Block::none;  // the block that is printed next
  /// By block: how the region goes on with one that is translated elsewhere, or not at all.
  std::map<std::uint32_t, std::string> ways_out_;
};

}  // namespace

void print_c_head(std::string& out) { out += "#include \"vm/translate/chunk.h\"\n"; }

void print_c(const CodeBytes& code, const Graph& graph, const Regions& regions,
             std::string_view prefix, std::string& out) {
  for (const Region& region : regions.all()) {
    out += "static CORACLE_CHUNK(" + std::string(prefix) +
           std::to_string(graph.blocks()[region.head].begin) + ");\n";
  }
  for (const Region& region : regions.all()) {
    RegionPrinter(code, graph, regions, region, prefix, out).print();
  }
}

}  // namespace coracle
