// Host memory that holds Values: vm/heap/HEAP.md shows it, and tests/embedding/run compares and runs it.
#include <cstdio>
#include <map>
#include <string>

#include "boot/machine.h"
#include "vm/heap/values/foreign_object.h"

using namespace coracle;

/// A table of the host's whose entries are Scheme objects.
struct Table : ForeignObject {
  ~Table() override { std::puts("the table is gone"); }
  void trace(ValueVisitor& visitor) override {
    for (auto& [name, value] : entries) visitor.value(value);
  }
  std::map<std::string, Value> entries;
};

int main(int, char** argv) {
  BootSearch search;
  search.heap_dirs = argv[1];
  auto const booted = Machine::boot(search, VmOptions{});
  if (!booted) return 1;
  Machine& scheme = **booted;
  Heap& heap = scheme.vm().heap;

  // The owner is any object of the heap; here a box that Scheme code holds in a variable.
  auto* const table = new Table;
  Value const owner = scheme.call_top_level("box", {scheme.string("a table")});
  heap.add_foreign(owner, std::unique_ptr<ForeignObject>(table));
  scheme.call_top_level("set-top-level-value!", {scheme.symbol("owner"), owner});

  // The owner grows old, so that a string made now is younger: store() remembers that.
  scheme.call_top_level("collect", {make_fixnum(0), make_fixnum(1)});
  heap.store(*table, table->entries["greeting"], scheme.string("hello"));
  scheme.call_top_level("collect", {make_fixnum(0), make_fixnum(1)});
  std::puts(string_utf8(table->entries["greeting"]).c_str());

  scheme.call_top_level("set-top-level-value!", {scheme.symbol("owner"), false_value});
  scheme.call_top_level("collect", {make_fixnum(1), make_fixnum(2)});  // "the table is gone"
  scheme.close_files();
}
