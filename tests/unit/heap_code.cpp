// Code, closures, continuations and stacks.
#include "tests/unit/heap_builders.h"

using namespace coracle;
using namespace coracle::test;

TEST_CASE("code moves with its relocations, at any alignment") {
  HeapFixture f;
  CodeBuilder b(f, 100);
  Value const text = make_string_utf8(f.m, "constant");
  CodeBuilder callee(f, 40);
  b.relocate({{3, text, 0}, {20, callee.code, 0x41}, {44, b.code, 0x41}});
  Value& code = f.root(b.code);
  for (int g = 0; g <= 4; ++g) {
    Value const before = code;
    f.collect_up(g);
    if (g < 4) CHECK(code != before);
    CHECK(f.heap.space_of(code) == Space::code);
    Word const data = entry_of_code(code);
    CHECK(string_utf8(Value{load<Word>(data + 3)}) == "constant");
    Value const called{load<Word>(data + 20) - 0x41};
    CHECK(is_code(called));
    CHECK(string_utf8(field<Value>(called, layout::code_name)) == "code's name");
    CHECK(load<Word>(data + 44) == code.bits + 0x41);
    CHECK(is_list_of_numbers(field<Value>(code, layout::code_info), 2));
  }
  f.collect(4, static_generation);
  CHECK(field<Word>(code, layout::code_reloc) == 0);
  CHECK(string_utf8(Value{load<Word>(entry_of_code(code) + 3)}) == "constant");
}

TEST_CASE("static code keeps its relocations when asked to, and templates do always") {
  HeapOptions options;
  options.retain_static_relocation = true;
  HeapFixture f(options);
  CodeBuilder b(f, 40);
  b.relocate({{0, nil, 0}});
  Value& code = f.root(b.code);
  f.collect(4, static_generation);
  CHECK(field<Word>(code, layout::code_reloc) != 0);
  HeapFixture g;
  CodeBuilder t(g, 40, code_flag_template);
  t.relocate({{0, nil, 0}});
  Value& template_code = g.root(t.code);
  g.collect(4, static_generation);
  CHECK(field<Word>(template_code, layout::code_reloc) != 0);
}

TEST_CASE("closures follow their code; symbols call their values") {
  HeapFixture f;
  SymbolTable table(f.heap);
  for (Word const flags : {Word{0}, code_flag_mutable_closure}) {
    CodeBuilder b(f, 64, flags, 2);
    Value& closure = f.root(make_closure(f.m, entry_of_code(b.code), 2));
    init_field(closure, 8, list_of_numbers(f.m, 3));
    init_field(closure, 16, closure);
    Value& symbol = f.root(table.intern(f.m, flags == 0 ? "p" : "q"));
    init_field(symbol, layout::symbol_value, closure);
    init_field(symbol, layout::symbol_pvalue, field<Word>(closure, 0));
    for (int g = 0; g <= 4; ++g) {
      f.collect_up(g);
      CHECK(is_procedure(closure));
      CHECK(string_utf8(field<Value>(closure_code(closure), layout::code_name)) == "code's name");
      CHECK(is_list_of_numbers(field<Value>(closure, 8), 3));
      CHECK(field<Value>(closure, 16) == closure);
      CHECK(field<Value>(symbol, layout::symbol_value) == closure);
      CHECK(field<Word>(symbol, layout::symbol_pvalue) == field<Word>(closure, 0));
    }
    if (flags != 0) {
      f.heap.store(untagged(closure) + 8, list_of_numbers(f.m, 6));
      f.collect_up(0);
      CHECK(is_list_of_numbers(field<Value>(closure, 8), 6));
    }
  }
}

TEST_CASE("a symbol without a procedure calls the nonprocedure code") {
  HeapFixture f;
  SymbolTable table(f.heap);
  Value& before = f.root(table.intern(f.m, "before"));
  {
    CodeBuilder b(f, 16);
    table.set_nonprocedure_code(b.code);
  }
  Value& after = f.root(table.intern(f.m, "after"));
  f.collect_up(0);
  f.collect_up(1);
  CHECK(field<Word>(before, layout::symbol_pvalue) == field<Word>(after, layout::symbol_pvalue));
  CHECK(is_code(code_of_entry(field<Word>(after, layout::symbol_pvalue))));
}

namespace {

struct StackTest {
  HeapFixture f;
  FramesCode frames{f};
  Value& code = frames.code;
  Word next_return = frames.return_address();

  /// Fills a stack with a frame of 40 words, whose return point is the full one, below one of 3.
  Word fill(Word stack) {
    return frames.fill(stack,
                       {list_of_numbers(f.m, 4), make_flonum(f.m, 6.5), list_of_numbers(f.m, 5)});
  }
  void check(Word stack) {
    Word const delta = entry_of_code(code);
    CHECK(load<Word>(stack) == delta + 300);
    CHECK(is_list_of_numbers(load<Value>(stack + 8), 4));
    CHECK(flonum_value(load<Value>(stack + 8 * 39)) == 6.5);
    CHECK(load<Word>(stack + 8 * 40) == delta + 200);
    CHECK(load<Word>(stack + 8 * 41) == 0x7777777777777771);
    CHECK(is_list_of_numbers(load<Value>(stack + 8 * 42), 5));
  }
};

}  // namespace

TEST_CASE("the running stack moves with its frames") {
  StackTest t;
  HeapFixture& f = t.f;
  f.stack = f.m.allocate(default_stack_size);
  f.stack_size = default_stack_size;
  f.sfp = t.fill(f.stack);
  store(f.sfp, t.next_return);
  f.esp = f.stack + default_stack_size - stack_slop;
  f.code_addresses.push_back(t.next_return + 4);
  for (int g = 0; g <= 4; ++g) {
    Word const before = f.stack;
    f.collect_up(g);
    if (g < 4) CHECK(f.stack != before);
    CHECK(f.sfp == f.stack + 8 * 43);
    CHECK(load<Word>(f.sfp) == entry_of_code(t.code) + 100);
    CHECK(f.esp == f.stack + default_stack_size - stack_slop);
    CHECK(f.code_addresses.front() == load<Word>(f.sfp) + 4);
    t.check(f.stack);
  }
}

TEST_CASE("continuations: one-shot, multi-shot, opportunistic, used") {
  StackTest t;
  HeapFixture& f = t.f;
  CodeBuilder entry(f, 16, code_flag_continuation);
  auto const make = [&](SignedWord length, Value link) {
    Word const stack = f.m.allocate(1024);
    Word const end = t.fill(stack);
    return make_continuation(f.m, Space::fresh, 0, entry_of_code(entry.code), stack, length,
                             static_cast<SignedWord>(end - stack), link, t.next_return,
                             list_of_numbers(f.m, 1), nil);
  };
  constexpr SignedWord used = 43 * 8;
  Value& gone = f.root(make(scaled_shot_1_shot, nil));
  init_field<Word>(gone, layout::continuation_stack, 0x1234);
  init_field<Word>(gone, layout::continuation_return_address, 0x5678);
  Value& multi = f.root(make(used, gone));
  Value& one = f.root(make(1024, multi));
  Value& opportunistic = f.root(make(opportunistic_1_shot, one));
  Value& other = f.root(make(1024, multi));
  for (int g = 0; g <= 4; ++g) {
    f.collect_up(g);
    CHECK(field<Word>(gone, layout::continuation_stack) == 0x1234);
    CHECK(is_continuation(multi));
    CHECK(field<SignedWord>(multi, layout::continuation_stack_length) == used);
    CHECK(field<SignedWord>(opportunistic, layout::continuation_stack_length) == used);
    // Linked from an opportunistic one: promoted. The other keeps its room.
    CHECK(field<SignedWord>(one, layout::continuation_stack_length) == used);
    CHECK(field<SignedWord>(other, layout::continuation_stack_length) == 1024);
    CHECK(field<Value>(opportunistic, layout::continuation_link) == one);
    for (Value const k : {multi, one, opportunistic, other}) {
      t.check(field<Word>(k, layout::continuation_stack));
      CHECK(field<Word>(k, layout::continuation_return_address) == entry_of_code(t.code) + 100);
      CHECK(is_list_of_numbers(field<Value>(k, layout::continuation_winders), 1));
    }
  }
  // An old continuation may be given attachments.
  f.heap.store(untagged(multi) + layout::continuation_attachments, list_of_numbers(f.m, 8));
  f.collect_up(0);
  CHECK(is_list_of_numbers(field<Value>(multi, layout::continuation_attachments), 8));
}

TEST_CASE("a port's buffers, by its flags") {
  HeapFixture f;
  Value& p = f.root(make_record(f.m, layout::port_size));
  for (Word i = 0; i < layout::port_size; i += 8) init_field<Word>(p, i, 0);
  init_field<Word>(p, 0, type_word::port.value | 0x100);  // input only
  Value const buffer = make_bytevector(f.m, 100);
  init_field(p, layout::port_ibuffer, buffer);
  init_field<Word>(p, layout::port_ilast, buffer.bits + 42);
  init_field<Word>(p, layout::port_obuffer, 0x7777777777777771);
  init_field(p, layout::port_name, make_string_utf8(f.m, "name"));
  for (int g = 0; g <= 4; ++g) {
    f.collect_up(g);
    Value const now = field<Value>(p, layout::port_ibuffer);
    CHECK(bytevector_length(now) == 100);
    CHECK(field<Word>(p, layout::port_ilast) == now.bits + 42);
    CHECK(field<Word>(p, layout::port_obuffer) == 0x7777777777777771);
    CHECK(string_utf8(field<Value>(p, layout::port_name)) == "name");
  }
}
