// libFuzzer: fasl files. The contract: objects or a named error; no crash, no memory beyond what the
// bytes justify, and a heap that the verifier finds sound.
//
//     tools/build fuzz fasl_fuzz
//     build/fuzz/tests/fasl_fuzz --write-seeds=FOLDER
//     build/fuzz/tests/fasl_fuzz -max_len=4096 -timeout=20 -rss_limit_mb=1500 FOLDER
//
// The first byte of an input says what the others are: even, the bytes of a file or of an object; odd,
// decisions of which tests/unit/fasl_grammar.h makes an object. A few decisions make a large object
// (200,000 bytes), so a small -max_len sees large ones as well; raw bytes want a greater one, -max_len=100000,
// for what only long files show. --write-seeds writes the cases of the unit tests, which are good
// inputs to begin with. FOLDER keeps what was found interesting.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>

#include "boot/image/block_codec.h"
#include "boot/image/fasl_file.h"
#include "boot/link.h"
#include "boot/profiles/profiles.h"
#include "tests/fuzz/seeds.h"
#include "tests/unit/fasl_grammar.h"
#include "tests/unit/fasl_objects.h"
#include "tests/unit/safe_points.h"
#include "vm/heap/inspect/inspect.h"
#include "vm/kernel/entries.h"

namespace coracle {
namespace {

/// A machine in which every code has a meaning: with base type, hash table types, library entries.
std::unique_ptr<Vm> make_vm() {
  auto vm = std::make_unique<Vm>(profiles().front(), VmOptions{}, kernel_entries());
  Thread& t = vm->main_thread();
  auto const descriptor = [&](std::u32string_view name, std::int64_t size, bool base) {
    Result<Value> const v = link_object(t, test::descriptor(name, size, base).bytes(), "seed", 0);
    if (!v) {
      std::fprintf(stderr, "%s\n", v.error().message.c_str());
      std::abort();
    }
    return *v;
  };
  vm->install_library_entry(vm->profile.library_nonprocedure_code, vm->dummy_code);
  vm->base_rtd = descriptor(U"base", 80, true);
  vm->set_symbol_value(vm->names.eq_ht_rtd, descriptor(U"eq-ht", 56, false));
  vm->set_symbol_value(vm->names.symbol_ht_rtd, descriptor(U"symbol-ht", 56, false));
  Value const procedure = make_closure(t, entry_of_code(vm->dummy_code), 0);
  for (Value const name : {vm->names.eqp, vm->names.eqvp, vm->names.equalp, vm->names.symboleqp}) {
    vm->set_symbol_value(name, procedure);
  }
  vm->install_library_entry(7, procedure);
  return vm;
}

/// Bytes that an object may cost, for each byte of the file: at most what the dearest of the small
/// objects does (a symbol of three bytes, an empty hash table of six), with room.
constexpr Word bytes_for_each = 256, bytes_at_least = Word{16} << 20;

class Fuzzed {
 public:
  Fuzzed() : vm_(make_vm()) { vm_->heap.add_root(&last_); }

  void read(std::span<const std::uint8_t> bytes) {
    Thread& t = vm_->main_thread();
    vm_->heap.memory().reset_maximum();
    Word const before = vm_->heap.memory().current_bytes();
    // The bytes are a file, and one object.
    MemorySource source("f", bytes);
    FaslFile file(source, [](const FaslHeader&) -> Result<void> { return {}; });
    Word length = bytes.size();
    for (;;) {
      Result<std::optional<FaslPayload>> const object = file.next(Situation::visit_revisit);
      if (!object || !*object) break;
      length += (*object)->bytes.size();
      link((*object)->bytes, (*object)->name, (*object)->base);
    }
    link(bytes, "f", 0);
    // Phantom bytevectors count as what they stand for, which is nothing.
    Word const phantoms = phantom_bytes(vm_->heap, 0);
    Word const taken = vm_->heap.memory().maximum_bytes() - before - phantoms;
    if (taken > bytes_at_least + bytes_for_each * length) {
      std::fprintf(stderr, "%llu bytes of memory for %llu bytes of file\n",
                   static_cast<unsigned long long>(taken), static_cast<unsigned long long>(length));
      std::abort();
    }
    // What is wrong shows when objects move.
    if (is_new_ || taken + phantoms != 0) {
      vm_->heap.collect(test::SafePoints::stopped(t), {0, 1, 1});
      if (is_new_) verify();
      is_new_ = false;
    }
  }

  void verify() {
    for (const std::string& wrong : coracle::verify(vm_->heap)) {
      std::fprintf(stderr, "%s\n", wrong.c_str());
      std::abort();
    }
  }

 private:
  void link(std::span<const std::uint8_t> bytes, const std::string& name, std::uint64_t base) {
    if (Result<Value> const object = link_object(vm_->main_thread(), bytes, name, base)) {
      last_ = *object;
      is_new_ = true;
    } else if (object.error().message.empty()) {
      std::fprintf(stderr, "an error without a message\n");
      std::abort();
    }
  }

  std::unique_ptr<Vm> vm_;
  Value last_ = false_value;  // the last object, a root
  bool is_new_ = false;
};

}  // namespace
}  // namespace coracle

namespace coracle {
namespace {

/// Writes what the unit tests know to be worth reading, as inputs of raw bytes, and a few of decisions.
bool write_seeds(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  int number = 0;
  auto const write = [&](std::uint8_t kind, std::span<const std::uint8_t> bytes) {
    std::ofstream out(folder / ("seed-" + std::to_string(number++)), std::ios::binary);
    out.put(static_cast<char>(kind));
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
    return out.good();
  };
  test::FaslBytes const object = test::everything();
  test::FaslBytes file = test::FaslBytes().header().plain(object);
  for (CompressFormat const format : {CompressFormat::gzip, CompressFormat::lz4}) {
    const BlockCodec& codec = block_codec(format);
    std::vector<std::uint8_t> block(codec.bound(object.bytes().size()));
    block.resize(codec.compress(CompressLevel::medium, object.bytes(), block).size);
    file.compressed(codec.code, object.bytes().size(), block);
  }
  bool good = write(0, object.bytes()) && write(0, file.bytes());
  for (const test::FaslLie& lie : test::lies_about_layout())
    good = write(0, lie.bytes.bytes()) && good;
  for (const test::FaslLie& tower : test::towers(100, 300))
    good = write(0, tower.bytes.bytes()) && good;
  std::vector<std::uint8_t> decisions(64);
  for (unsigned i = 0; i < 16; ++i) {
    for (std::size_t k = 0; k < decisions.size(); ++k) {
      decisions[k] = static_cast<std::uint8_t>(i + (k * (2 * i + 1)) % 16);
    }
    good = write(1, decisions) && good;
  }
  return good;
}

}  // namespace
}  // namespace coracle

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  coracle::test::write_seeds_if_asked(*argc, *argv, coracle::write_seeds);
  return 0;
}

// libFuzzer's name for it.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coracle;
  if (size == 0) return 0;
  // A machine serves many inputs, then gives its heap back.
  static std::unique_ptr<Fuzzed> machine;
  static int uses = 0;
  if (!machine || ++uses % 1000 == 0) machine = std::make_unique<Fuzzed>();
  std::span<const std::uint8_t> const rest(data + 1, size - 1);
  if (data[0] % 2 == 0) machine->read(rest);
  else machine->read(test::FaslGrammar(rest).generate().bytes());
  if (uses % 16 == 0) machine->verify();
  return 0;
}
