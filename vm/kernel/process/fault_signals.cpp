#include "vm/kernel/process/fault_signals.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "vm/exec/fault.h"
#include "vm/exec/vm.h"
#include "vm/host/processes.h"

namespace coracle::kernel {
namespace {

/// A line of text that is put together without allocation; what doesn't fit is cut off.
class Line {
 public:
  Line& operator<<(std::string_view text) {
    std::size_t const n = std::min(text.size(), sizeof text_ - length_);
    std::copy_n(text.data(), n, text_ + length_);
    length_ += n;
    return *this;
  }
  Line& operator<<(std::uint64_t number) { return put(number, 10); }
  Line& hexadecimal(std::uint64_t number) { return (*this << "0x").put(number, 16); }
  void write() const { host::write_message({text_, length_}); }

 private:
  Line& put(std::uint64_t number, unsigned radix) {
    char digits[20];
    char* first = std::end(digits);
    do {
      *--first = "0123456789abcdef"[number % radix];
      number /= radix;
    } while (number != 0);
    return *this << std::string_view(first, std::end(digits));
  }

  char text_[1024];
  std::size_t length_ = 0;
};

/// Whether an address that is not mapped lies where the C stack would have grown, below the frame of an
/// outer function. (Stacks grow downwards on all hosts.)
bool is_past_stack(const void* address, const void* frame) {
  constexpr std::uint64_t gap = std::uint64_t{1} << 20;  // what a frame's first access may skip
  std::uint64_t const limit = host::stack_limit();
  Word const below = address_of(frame) - address_of(address);
  return address_of(address) < address_of(frame) && limit != 0 && below < limit + gap;
}

const char* boot_file_of(const FaultSite& site) { return site.frame->thread.vm.boot_file; }

void report_native_fault(const FaultSite& site, const host::Fault& fault) {
  const NativeCode& native = site.native;
  Line line;
  line << "coracle: ";
  if (const char* const file = boot_file_of(site)) {
    line << file << ": its code fails before errors can be handled: ";
  }
  line << fault.meaning;
  if (fault.knows_address) {
    (line << " at address ").hexadecimal(address_of(fault.address));
  }
  if (native.library_function != nullptr) {
    line << " in the C function " << native.library_function
         << ", which the program called; it cannot be left half-way, so the program ends. "
            "Check the arguments and the declared types of the call.\n";
  } else {
    line << " in the kernel";
    if (native.kernel_entry[0] != '\0') line << " entry " << native.kernel_entry;
    line << "; the program ends.\n";
  }
  line.write();
}

}  // namespace

void handle_fault(const host::Fault& fault) {
  // A signal that a process sent is not a fault, whatever the thread is doing.
  if (fault.is_sent) return;
  FaultSite const site = fault_site();
  if (fault.is_of_memory) {
    const void* const frame = site.frame != nullptr ? site.frame : fault.outer_frame;
    if (frame != nullptr && is_past_stack(fault.address, frame)) {
      Line line;
      line << "coracle: the C stack is full (its limit is " << host::stack_limit() / 1024
           << " KB): calls from C into Scheme, or data, are nested too deeply. "
              "ulimit -s sets another limit.\n";
      line.write();
      host::exit_at_once(status_stack_full);
    }
  }
  if (site.in_interpreter()) recover_from_fault(site, fault.meaning);
  if (site.frame != nullptr) report_native_fault(site, fault);
}

ProgramFaults::ProgramFaults() : FaultHandlers(&handle) {}

void ProgramFaults::handle(const host::Fault& fault) {
  handle_fault(fault);
  if (fault.is_sent || fault.outer_frame == nullptr) return;
  if (!static_cast<const ProgramFaults*>(static_cast<const FaultHandlers*>(fault.outer_frame))
           ->boots_)
    return;
  if (fault_site().frame == nullptr) {
    Line line;
    line << "coracle: " << fault.meaning
         << " in the kernel during the boot: a boot file is damaged, "
         << "or there is an error in the kernel; the program ends.\n";
    line.write();
  }
  host::exit_at_once(status_boot_failed);
}

}  // namespace coracle::kernel
