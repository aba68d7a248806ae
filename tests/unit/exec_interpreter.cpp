#include "tests/unit/machine_fixture.h"

namespace coracle {
namespace {

constexpr std::string_view countdown = R"(
         mov16_zero_0 r5, 1000
         mov16_zero_0 r6, 0
  loop:  add_i        r6, r6, 3
         subz_signal_i r5, r5, 1
         branch_false_i loop
         return_
)";

constexpr ExecutionMode all_modes[] = {ExecutionMode::fast, ExecutionMode::histogram,
                                       ExecutionMode::checked};

TEST_CASE("every policy runs the same program to the same result") {
  for (ExecutionMode mode : all_modes) {
    MachineFixture m(mode);
    m.run(countdown);
    CHECK(m.r(6) == 3000);
    CHECK(m.r(5) == 0);
    CHECK(m.r(0) == m.t.context());
  }
}

TEST_CASE("an instruction that is not live is a fault") {
  for (ExecutionMode mode : {ExecutionMode::fast, ExecutionMode::histogram}) {
    MachineFixture m(mode);
    m.run("mov16_zero_0 r6, 7\n .word 0xFFFFFFFF\n mov16_zero_0 r6, 8\n return_\n");
    CHECK(m.r(6) == 7);
    CHECK(m.vm.boot_error == "illegal instruction");
    CHECK(m.t.activation == nullptr);
  }
}

TEST_CASE("the histogram counts instructions and pairs") {
  MachineFixture m(ExecutionMode::histogram);
  m.run(countdown);
  std::string const report = m.vm.histogram->report();
  CHECK(report.find("instructions: 3003\n") != std::string::npos);
  CHECK(report.find("\ndispatches: ") != std::string::npos);
  CHECK(report.find("add_i subz_signal_i") != std::string::npos);
}

TEST_CASE("a condition and its branch: both outcomes of both branches") {
  for (ExecutionMode mode : all_modes) {
    for (int value : {0, 1}) {
      for (bool branch_if : {false, true}) {
        for (bool nop : {false, true}) {
          MachineFixture m(mode);
          std::string const text =
              "mov16_zero_0 r5, " + std::to_string(value) + "\n eq_i r5, 1\n" +
              (nop ? "nop\n" : "") +
              (branch_if ? "branch_true_i taken\n" : "branch_false_i taken\n") +
              "mov16_zero_0 r6, 10\n return_\n"
              "taken: mov16_zero_0 r6, 20\n return_\n";
          m.run(text);
          bool const taken = (value == 1) == branch_if;
          CAPTURE(text);
          CHECK(m.r(6) == (taken ? 20u : 10u));
        }
      }
    }
  }
}

TEST_CASE("a condition is used by a branch to a register") {
  for (ExecutionMode mode : all_modes) {
    MachineFixture m(mode);
    m.run(R"(
             adr  r7, there
             mov16_zero_0 r5, 4
             gt_i r5, 3
             branch_true_r r7
             mov16_zero_0 r6, 1
             return_
    there:   mov16_zero_0 r6, 2
             return_
    )");
    CHECK(m.r(6) == 2);
  }
}

TEST_CASE("a literal is skipped over as data") {
  MachineFixture m;
  m.run("literal r4, 0x123456789ABCDEF0\n return_\n");
  CHECK(m.r(4) == 0x123456789ABCDEF0);
}

TEST_CASE("interp runs nested code and comes back") {
  for (ExecutionMode mode : all_modes) {
    MachineFixture m(mode);
    Value const inner = m.assemble_code("mov16_zero_0 r6, 7\n return_\n");
    m.r(8) = entry_of_code(inner);
    m.run("interp r8\n add_i r6, r6, 1\n return_\n");
    CHECK(m.r(6) == 8);
    CHECK(m.t.activation == nullptr);
  }
}

TEST_CASE("call goes through the descriptor") {
  MachineFixture m;
  const EntryDescriptor* entry = m.vm.find_entry("get-thread-context");
  REQUIRE(entry != nullptr);
  m.r(8) = entry->address();
  m.run("call r8, 33\n return_\n");  // prototype 33: a word, no arguments
  CHECK(m.r(first_argument_register) == m.t.context());
}

TEST_CASE("only the addresses of ids are entries") {
  MachineFixture m;
  std::size_t const count = m.vm.entries.size();
  for (std::size_t id = 0; id < count; ++id) {
    CHECK(m.vm.entries[id].id == id);
    CHECK(m.vm.entry_at(entry_address(id)) == &m.vm.entries[id]);
    CHECK(m.vm.entries[id].address() == entry_address(id));
    for (Word low = 1; low < 16; ++low) CHECK(m.vm.entry_at(entry_address(id) + low) == nullptr);
  }
  Word const first = entry_address(0);
  for (Word bad : {first - 16, first - 1, entry_address(count), Word{0}, Word{16}, ~Word{0}, ~first,
                   address_of(static_cast<const void*>(&m.vm.entries[3]))}) {
    CHECK(m.vm.entry_at(bad) == nullptr);
  }
}

TEST_CASE("an entry's address is a fixnum, as an integer and as a Value, with no memory there") {
  MachineFixture m;
  for (Word id : {Word{0}, Word{m.vm.entries.size() - 1}, Word{0xFFFF}}) {
    Value const v{entry_address(id)};
    CHECK(is_fixnum(v));
    CHECK(is_fixnum(make_unsigned(m.t, v.bits)));
    CHECK(!m.vm.heap.contains(v.bits));
  }
  CHECK(m.vm.find_entry("(cs)s_addr_in_heap")->address() == 0x0800'0000'0000'0000);
  CHECK(m.vm.find_entry("(cs)s_intern")->address() == 0x0800'0000'0000'0360);
}

TEST_CASE("ids never change: what earlier machines wrote may hold them") {
  MachineFixture m;
  constexpr std::size_t fixed = 320;  // ids in use; more of them give another hash
  REQUIRE(m.vm.entries.size() >= fixed);
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;  // FNV-1a
  for (const EntryDescriptor& entry : m.vm.entries.first(fixed)) {
    for (const char* c = entry.name; *c != '\0'; ++c) {
      hash = (hash ^ static_cast<unsigned char>(*c)) * 0x100'0000'01B3;
    }
    hash = (hash ^ '\n') * 0x100'0000'01B3;
  }
  CHECK(hash == 9791442824024364231u);
}

// Thunks: arguments and results by their types.
Word seen[4];
double seen_float;
std::int32_t take_all(Thread&, Value v, std::int32_t i, double d, std::uint32_t u, bool b,
                      const char* s) {
  seen[0] = v.bits;
  seen[1] = static_cast<Word>(SignedWord{i});
  seen[2] = u;
  seen[3] = static_cast<Word>(b) << 8 | static_cast<std::uint8_t>(s[0]);
  seen_float = d;
  return -5;
}
double half(Thread&, double d) { return d / 2; }
Value fail_always(Thread&, Value v) { throw SchemeError{"fail-always", "~s is wrong", {v}}; }

TEST_CASE("thunks convert arguments and results by type") {
  MachineFixture m;
  constexpr EntryDescriptor entry = make_entry<&take_all>("take-all");
  CHECK(entry.words == 5);
  CHECK(entry.floats == 1);
  const char* text = "x";
  m.r(9) = make_fixnum(12).bits;
  m.r(10) = 0xFFFFFFFF'FFFFFFFE;  // only the low half counts
  m.r(11) = 0xABCDEF01'80000000;
  m.r(12) = 1;
  m.r(13) = address_of(text);
  m.f(1) = 2.5;
  entry.call(m.t);
  CHECK(seen[0] == make_fixnum(12).bits);
  CHECK(seen[1] == static_cast<Word>(SignedWord{-2}));
  CHECK(seen[2] == 0x80000000);
  CHECK(seen[3] == (Word{1} << 8 | 'x'));
  CHECK(seen_float == 2.5);
  CHECK(m.r(9) == static_cast<Word>(SignedWord{-5}));

  m.f(1) = 9;
  make_entry<&half>("half").call(m.t);
  CHECK(m.f(1) == 4.5);
}

TEST_CASE("an entry's error is handed to the image's handler") {
  MachineFixture m;
  // A stand-in for the image's handler: any procedure.
  Value const handler = make_closure(m.t, entry_of_code(m.assemble_code("return_\n")), 0);
  m.vm.set_symbol_value(m.vm.names.error, handler);
  m.t.set_value(Tc::cchain, list(m.t, {list(m.t, {make_fixnum(0), nil})}));
  m.r(9) = make_fixnum(3).bits;
  make_entry<&fail_always>("fail-always").call(m.t);
  CHECK(m.t.transfer == Transfer::error);
  CHECK(m.t.value(Tc::cp) == handler);
  CHECK(m.t.word(Tc::ac0) == 1);
  Value const details = m.t.argument(1);
  CHECK(car(details) == make_fixnum(0));
  CHECK(string_utf8(car(cdr(details))) == "fail-always");
  CHECK(string_utf8(car(cdr(cdr(details)))) == "~s is wrong");
  CHECK(car(cdr(cdr(cdr(details)))) == make_fixnum(3));
  m.t.transfer = Transfer::none;
}

TEST_CASE("arguments lie in three registers, then in the frame") {
  MachineFixture m;
  for (int i = 1; i <= 6; i++) m.t.set_argument(i, make_fixnum(i * 10));
  for (int i = 1; i <= 6; i++) CHECK(m.t.argument(i) == make_fixnum(i * 10));
  CHECK(load<Value>(m.t.word(Tc::sfp) + 8) == make_fixnum(40));
}

TEST_CASE("fuel runs out at 1, never below") {
  MachineFixture m;
  m.t.set_word(Tc::trap, 10);
  m.t.use_fuel(4);
  CHECK(m.t.word(Tc::trap) == 6);
  m.t.use_fuel(100);
  CHECK(m.t.word(Tc::trap) == 1);
}

}  // namespace
}  // namespace coracle
