#include "boot/shortcuts.h"

#include <cstring>
#include <string>
#include <string_view>

#include "vm/exec/interpreter.h"
#include "vm/heap/objects/relocation.h"
#include "vm/isa/assembler.h"
#include "vm/isa/encoding.h"
#include "vm/isa/isa.h"
#include "vm/kernel/machine/calls.h"

namespace coracle {
namespace {

enum class Then : std::uint8_t { result, display, if_bound };

struct Shortcut {
  std::string_view procedure;
  int first, bignums;
  std::string_view entry;
  Then then;
};

constexpr Shortcut shortcuts[] = {
#define SHORTCUT(procedure, first, bignums, entry, then) \
  Shortcut{procedure, first, bignums, entry, Then::then},
#include "boot/shortcuts.def"
#undef SHORTCUT
};

const Shortcut* find_shortcut(Value name) {
  if (!is_string(name)) return nullptr;
  for (const Shortcut& s : shortcuts) {
    if (s.procedure.size() != string_length(name)) continue;
    Word i = 0;
    while (i < s.procedure.size() &&
           string_ref(name, i) == static_cast<unsigned char>(s.procedure[i])) {
      ++i;
    }
    if (i == s.procedure.size()) return &s;
  }
  return nullptr;
}

/// How a code object begins, and so by which addresses it is entered. One with a known number of
/// arguments begins with a nop, which direct calls leave out; another compares the number (r4).
enum class Beginning : std::uint8_t { other, count_known, count_compared };

std::uint32_t first_instruction(Value code) { return load<std::uint32_t>(entry_of_code(code)); }

Beginning beginning(Value code) {
  if (code_length(code) < 2 * instruction_bytes) return Beginning::other;
  std::optional<Instruction> const i = decode(first_instruction(code));
  if (!i) return Beginning::other;
  if (i->info->opcode == Opcode::nop) return Beginning::count_known;
  return i->info->opcode == Opcode::eq_i && i->operands[0] == 4 ? Beginning::count_compared
                                                                : Beginning::other;
}

/// Bytes from an object's reference to a field of it.
constexpr Word displacement(Word offset, Tag tag) {
  return offset + word_bytes - static_cast<Word>(tag);
}

/// A shortcut's assembly text, which ends with the jump into the original: `literal` and `branch_r`.
/// Registers: arguments in r9 to r11; r5, r6 and r7 are free at the entry of a procedure.
std::string text_of(Thread& t, const Shortcut& s, Value original, const EntryDescriptor& entry) {
  std::string text;
  auto line = [&](std::string_view instruction, std::initializer_list<std::string> operands = {}) {
    text += instruction;
    std::string_view separator = " ";
    for (const std::string& operand : operands) {
      text += separator;
      text += operand;
      separator = ", ";
    }
    text += '\n';
  };
  auto reg = [](int i) { return "r" + std::to_string(i); };
  auto context = [&](Tc field) { return std::to_string(t.vm.profile.offset(field)); };
  auto number = [](auto n) { return std::to_string(n); };
  std::string const type = number(displacement(0, Tag::typed));

  if (beginning(original) == Beginning::count_known) {
    line("nop");
  } else {
    line("eq_i", {"r4", number(decode(first_instruction(original))->operands[1])});
    line("branch_false_i", {"original"});
  }
  int const first = first_argument_register + s.first - 1;
  for (int i = first; i < first + s.bignums; ++i) {
    line("and_i", {"r7", reg(i), "7"});
    line("eq_i", {"r7", number(static_cast<int>(Tag::typed))});
    line("branch_false_i", {"original"});
    line("ld_i64_i", {"r7", reg(i), type});
    line("and_i", {"r7", "r7", number(type_word::bignum.mask)});
    line("eq_i", {"r7", number(type_word::bignum.value)});
    line("branch_false_i", {"original"});
  }
  // The call, as the images make it: three machine registers are saved in the thread context. Entries
  // change no register but the result's.
  if (s.then == Then::if_bound) line("mov_i_i", {"r6", "r9"});
  for (int i = 0; s.first > 1 && i < entry.words; ++i) {
    line("mov_i_i", {reg(first_argument_register + i), reg(first + i)});
  }
  line("literal", {"r7", number(entry.address())});
  line("st_i64_i", {"r3", "r0", context(Tc::trap)});
  line("st_i64_i", {"r2", "r0", context(Tc::ap)});
  line("st_i64_i", {"r1", "r0", context(Tc::sfp)});
  line("call", {"r7", number(prototype_of(entry))});
  line("ld_i64_i", {"r3", "r0", context(Tc::trap)});
  line("ld_i64_i", {"r2", "r0", context(Tc::ap)});
  line("ld_i64_i", {"r1", "r0", context(Tc::sfp)});
  if (s.then == Then::if_bound) {
    line("eq_i", {"r9", number(unbound_value.bits)});
    line("branch_true_i", {"unbound"});
  }
  if (s.then == Then::display) {
    // A tail call of the symbol's value with the string and the port.
    line("mov_i_i", {"r10", "r11"});
    line("mov16_zero_0", {"r4", "2"});
    line("literal", {"r5", "0"});
    line("ld_i64_i", {"r8", "r5", number(displacement(layout::symbol_value, Tag::symbol))});
    line("branch_mem_i", {"r5", number(displacement(layout::symbol_pvalue, Tag::symbol))});
  } else {
    line("mov_i_i", {"r4", "r9"});
    line("branch_mem_i", {"r1", "0"});
  }
  if (s.then == Then::if_bound) {
    text += "unbound:\n";
    line("mov_i_i", {"r9", "r6"});
  }
  text += "original:\n";
  line("literal", {"r6", "0"});
  line("branch_r", {"r6"});
  return text;
}

/// Tells the machine what to call again when an interrupt ended the entry: a procedure with the
/// shortcut's code, but without the original's free variables. Nobody reads those: either the arguments
/// lead to the entry again, or there are none.
void make_resumable(Thread& t, const Shortcut& s, const EntryDescriptor& entry, Value code) {
  auto const free_variables = field<Word>(code, layout::code_closure_length);
  CORACLE_CHECK_MESSAGE(free_variables == 0 || s.then != Then::if_bound,
                        "a shortcut that would come into its procedure without free variables");
  Value const procedure = make_closure(t, entry_of_code(code), free_variables);
  for (Word i = 0; i < free_variables; ++i) {
    init_reference(t, procedure, layout::closure_data + word_bytes * i, false_value);
  }
  kernel::add_resumption(t, entry, procedure, s.first);
}

}  // namespace

std::optional<Value> make_shortcut(Thread& t, Value original) {
  const Shortcut* const s = find_shortcut(field<Value>(original, layout::code_name));
  if (s == nullptr || beginning(original) == Beginning::other) return std::nullopt;
  const EntryDescriptor* const entry = t.vm.find_entry(s->entry);
  CORACLE_CHECK_MESSAGE(entry != nullptr, "the kernel lacks an entry that a shortcut calls");
  Result<std::vector<std::uint32_t>> const words = assemble(text_of(t, *s, original, *entry));
  CORACLE_CHECK_MESSAGE(words.has_value(), "the text of a shortcut doesn't assemble");

  Word const length = words->size() * instruction_bytes;
  Value const code = make_code(t, code_flags(original), length);
  for (Word offset :
       {layout::code_name, layout::code_arity_mask, layout::code_info, layout::code_pinfos}) {
    init_reference(t, code, offset, field<Value>(original, offset));
  }
  init_field(code, layout::code_closure_length, field<Word>(original, layout::code_closure_length));
  std::memcpy(host_pointer(entry_of_code(code)), words->data(), length);

  // The last literals are references: places of relocations.
  struct Reference {
    Value object;
    Word item_offset;
  };
  std::vector<Reference> references;
  if (s->then == Then::display) references.push_back({t.vm.symbols.intern(t, "display-string"), 0});
  references.push_back({original, entry_displacement});
  std::vector<Word> places;
  for (Word i = 0; i < words->size(); ++i) {
    if (field_op((*words)[i]) != static_cast<std::uint32_t>(Opcode::literal)) continue;
    places.push_back(entry_displacement + (i + 1) * instruction_bytes);
    i += literal_bytes / instruction_bytes;
  }
  places.erase(places.begin(), places.end() - static_cast<std::ptrdiff_t>(references.size()));
  Word const table = make_relocation_table(t, references.size(), code);
  Word before = 0;
  for (Word i = 0; i < references.size(); ++i) {
    const Reference& r = references[i];
    store<Word>(table + layout::reloc_data + word_bytes * i,
                RelocationWord::of(1, places[i] - before, r.item_offset).bits);
    init_reference(t, code, code.bits + places[i] - untagged(code), r.object, r.item_offset);
    before = places[i];
  }
  init_address(t, code, layout::code_reloc, table);
  make_resumable(t, *s, *entry, code);
  return code;
}

bool enters_shortcut(Value original, Word item_offset) {
  return item_offset == entry_displacement ||
         (item_offset == entry_displacement + instruction_bytes &&
          beginning(original) == Beginning::count_known);
}

}  // namespace coracle
