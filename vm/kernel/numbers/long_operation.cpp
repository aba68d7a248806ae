// Owns two process-wide variables, because GMP's memory functions get nothing but sizes: the functions that
// were installed before ours, and for each host thread the operation that it runs.
#include "vm/kernel/numbers/long_operation.h"

#include <gmp.h>

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <utility>

#include "vm/exec/vm.h"
#include "vm/kernel/host.h"
#include "vm/kernel/machine/calls.h"
#include "vm/kernel/machine/embedder.h"
#include "vm/kernel/process/signals.h"

namespace coracle::kernel {
namespace {

/// The header of each piece of scratch memory.
struct alignas(std::max_align_t) Piece {
  Piece* next;
  Piece* previous;
};

bool is_interrupted(const Thread& t) {
  if (!is_true(t.value(Tc::something_pending))) return false;
  bool const keyboard = keyboard_interrupt_pending(t);
  if (!interrupts_enabled(t)) return keyboard && second_interrupt_pending(t);
  const Embedder* const embedder = t.vm.embedder;
  return keyboard || (embedder != nullptr && embedder->interrupted());
}

class LongOperation {
 public:
  explicit LongOperation(const Thread* interruptible);
  ~LongOperation();
  LongOperation(const LongOperation&) = delete;
  LongOperation& operator=(const LongOperation&) = delete;

  /// False if the work was left half-way.
  bool finishes(void (*work)(void*), void* argument) {
    if (setjmp(way_out_) != 0) return false;
    work(argument);
    return true;
  }
  /// If a lack of memory was the reason, how many bytes were wanted.
  std::optional<Word> missing() const { return missing_; }

  // --- Called from inside GMP. No C++ frame between here and finishes() owns anything.
  void* allocate(std::size_t bytes);
  void* reallocate(void* memory, std::size_t bytes);
  void release(void* memory);

 private:
  void leave() { std::longjmp(way_out_, 1); }
  void look() {
    if (thread_ != nullptr && is_interrupted(*thread_)) leave();
  }
  void* add(void* piece, std::size_t bytes);
  static Piece* piece_of(void* memory) { return static_cast<Piece*>(memory) - 1; }
  static void remove(Piece* p) {
    p->previous->next = p->next;
    p->next->previous = p->previous;
  }

  const Thread* thread_;  // null: nothing interrupts it
  std::optional<Word> missing_;
  Piece pieces_{&pieces_, &pieces_};  // the head of a ring of them
  std::jmp_buf way_out_;
};

thread_local LongOperation* running = nullptr;

/// The functions that GMP gets memory from when no operation is running.
struct MemoryFunctions {
  void* (*allocate)(std::size_t);
  void* (*reallocate)(void*, std::size_t, std::size_t);
  void (*release)(void*, std::size_t);
};

const MemoryFunctions& functions_before();

void* allocate(std::size_t bytes) {
  return running != nullptr ? running->allocate(bytes) : functions_before().allocate(bytes);
}
void* reallocate(void* memory, std::size_t old_bytes, std::size_t bytes) {
  return running != nullptr ? running->reallocate(memory, bytes)
                            : functions_before().reallocate(memory, old_bytes, bytes);
}
void release(void* memory, std::size_t bytes) {
  running != nullptr ? running->release(memory) : functions_before().release(memory, bytes);
}

/// The first call installs ours.
const MemoryFunctions& functions_before() {
  static MemoryFunctions const before = [] {
    MemoryFunctions f;
    mp_get_memory_functions(&f.allocate, &f.reallocate, &f.release);
    mp_set_memory_functions(&allocate, &reallocate, &release);
    return f;
  }();
  return before;
}

LongOperation::LongOperation(const Thread* interruptible) : thread_(interruptible) {
  functions_before();
  CORACLE_CHECK_MESSAGE(running == nullptr, "a long operation inside another");
  running = this;
}

LongOperation::~LongOperation() {
  running = nullptr;
  for (Piece* p = pieces_.next; p != &pieces_;) std::free(std::exchange(p, p->next));
}

void* LongOperation::add(void* memory, std::size_t bytes) {
  if (memory == nullptr) {
    missing_ = bytes;
    leave();
  }
  auto* const p = static_cast<Piece*>(memory);
  p->next = pieces_.next;
  p->previous = &pieces_;
  p->next->previous = p;
  pieces_.next = p;
  return p + 1;
}

/// The size of a piece for that much memory; if it overflows, a size that no host has.
std::size_t piece_bytes(std::size_t bytes) { return std::min(bytes, SIZE_MAX / 2) + sizeof(Piece); }

void* LongOperation::allocate(std::size_t bytes) {
  look();
  return add(std::malloc(piece_bytes(bytes)), bytes);
}

void* LongOperation::reallocate(void* memory, std::size_t bytes) {
  Piece* const p = piece_of(memory);
  remove(p);
  void* const moved = std::realloc(p, piece_bytes(bytes));
  if (moved == nullptr) add(p, bytes);
  return add(moved, bytes);
}

void LongOperation::release(void* memory) {
  Piece* const p = piece_of(memory);
  remove(p);
  std::free(p);
  look();
}

}  // namespace

void long_operation_detail::run(const Thread* interruptible, void (*work)(void*), void* argument) {
  LongOperation operation(interruptible);
  if (operation.finishes(work, argument)) return;
  if (operation.missing()) throw OutOfMemory{*operation.missing()};
  throw Interrupted{};
}

void long_operation_detail::serve_interrupt(Thread& t) {
  if (noncontinuable_interrupt(t) || resume_after_events(t)) return;
  throw SchemeError{"", "interrupted", {}};
}

void use_fuel_for_product(Thread& t, Word longer, Word shorter, Interrupts interrupts) {
  // A tick for each pair of digits as in the quadratic method, until the faster methods take over.
  Word const ticks = longer * std::min<Word>(shorter, 64);
  t.use_fuel(ticks);
  constexpr Word many = 1'000'000;
  if (ticks < many || t.vm.embedder == nullptr) return;
  bool const granted = t.vm.embedder->spend(ticks);
  if (!granted && interrupts == Interrupts::end && interrupts_enabled(t)) throw Interrupted{};
}

}  // namespace coracle::kernel
