#include "vm/exec/suspendable_call.h"

#include <utility>

#include "vm/exec/thread.h"

namespace coracle {

SuspendableCall::SuspendableCall(Thread& thread) : thread_(thread) { thread_.attach(*this); }
SuspendableCall::~SuspendableCall() { thread_.detach(*this); }

void SuspendableCall::keep_texts(unsigned registers) {
  std::vector<std::string> texts;
  texts.reserve(registers_.size());  // so that none of them moves
  for (unsigned i = 0; i < registers_.size(); ++i) {
    if ((registers >> i & 1) == 0 || registers_[i] == 0) continue;
    // It may be one of those that were kept when the call was suspended before.
    texts.emplace_back(host_pointer<const char>(registers_[i]));
    registers_[i] = address_of(texts.back().c_str());
  }
  texts_ = std::move(texts);
}

}  // namespace coracle
