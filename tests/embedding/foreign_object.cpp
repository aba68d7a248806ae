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
  Root const owner = *scheme.call("box", "a table");
  heap.add_foreign(owner, std::unique_ptr<ForeignObject>(table));
  scheme.define("owner", owner);

  // The owner grows old, so that a string made now is younger: store() remembers that.
  scheme.call("collect", 0, 1);
  heap.store(*table, table->entries["greeting"], scheme.string("hello"));
  scheme.call("collect", 0, 1);
  std::puts(string_utf8(table->entries["greeting"]).c_str());

  scheme.define("owner", false);
  scheme.call("collect", 1, 2);  // "the table is gone"
}
