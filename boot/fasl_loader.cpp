#include "boot/fasl_loader.h"

#include "boot/image/fasl_file.h"
#include "boot/link.h"
#include "boot/profiles/profiles.h"
#include "vm/heap/memory/counted_memory.h"
#include "vm/host/files.h"
#include "vm/kernel/host.h"

namespace coracle {
namespace {

std::string printed_path(Value path) { return is_string(path) ? string_utf8(path) : "a port"; }

/// The error as a condition. Its message becomes a format string, so tildes are escaped. The path in it
/// is an irritant, as in Chez's own conditions: by that the image sees that a compiled library can't be
/// loaded, and loads its source.
SchemeError scheme_error(const Error& e, Value path) {
  std::string const name = is_string(path) ? string_utf8(path) : "";
  std::size_t const at = name.empty() ? std::string::npos : e.message.find(name);
  SchemeError error;
  for (std::size_t i = 0; i < e.message.size();) {
    if (i == at) {
      error.message += "~a";
      error.irritants.push_back(path);
      i += name.size();
      continue;
    }
    error.message += e.message[i];
    if (e.message[i] == '~') error.message += '~';
    ++i;
  }
  return error;
}

std::vector<ObjectRef> refs(Value externals) {
  std::vector<ObjectRef> result;
  if (!is_vector(externals)) return result;
  for (Word i = 0; i < vector_length(externals); ++i) result.push_back({vector_ref(externals, i)});
  return result;
}

Value link_for_scheme(Thread& t, std::span<const std::uint8_t> bytes, std::string name,
                      std::uint64_t base, Value path, Value externals) {
  MayHold const what = t.vm.options.data_only ? MayHold::data_only : MayHold::code;
  Result<Value> const object = link_object(t, bytes, std::move(name), base, refs(externals), what);
  if (!object) throw scheme_error(object.error(), path);
  return *object;
}

/// A descriptor that may be a pipe, where reading waits.
class WaitingSource final : public DescriptorSource {
 public:
  WaitingSource(SafePoint sp, std::string name, int descriptor, std::pmr::memory_resource* memory)
      : DescriptorSource(std::move(name), descriptor, Ahead::no, memory), safe_point_(sp) {}
  /// Whether the entry is to return at once; then reading has failed.
  bool left() const { return left_; }

 private:
  std::int64_t read_file(int descriptor, std::uint8_t* to, std::size_t n) override {
    auto const count =
        kernel::waiting(safe_point_, [&] { return host::read_file(descriptor, to, n); });
    left_ = !count;
    return count.value_or(-1);
  }

  SafePoint safe_point_;
  bool left_ = false;
};

/// Keeps a Value over collections.
class Kept final : public RootSource {
 public:
  Kept(Heap& heap, Value value) : value_(value), heap_(heap) { heap.add_roots(*this); }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() override { heap_.remove_roots(*this); }
  Value get() const { return value_; }
  void visit_roots(RootVisitor& visitor) override { visitor.value(value_); }

 private:
  Value value_;
  Heap& heap_;
};

}  // namespace

Value ImageFaslLoader::read(SafePoint sp, int descriptor, int situation, Value path,
                            Value externals) {
  Thread& t = sp.thread;
  // Handlers of signals run while it waits.
  Kept const kept_externals(t.heap, externals), kept_path(t.heap, path);
  std::string const name = printed_path(path);
  const Profile& profile = t.vm.profile;
  auto const check = [&](const FaslHeader& header) -> Result<void> {
    if (header.version != profile.version) {
      return fail("incompatible fasl-object version " + release_name(header.version) +
                  " found in " + name);
    }
    constexpr std::uint64_t any_machine = 0;
    if (header.machine_type != any_machine && header.machine_type != profile.machine_type) {
      return fail("incompatible fasl-object machine-type " +
                  machine_type_name(profile, header.machine_type) + " found in " + name);
    }
    return {};
  };
  CountedMemory memory(t.heap);
  WaitingSource source(sp, name, descriptor, &memory);
  FaslFile file(source, check, &memory);
  Result<std::optional<FaslPayload>> const payload = file.next(static_cast<Situation>(situation));
  if (source.left()) return void_value;
  if (!payload) throw scheme_error(payload.error(), kept_path.get());
  if (!*payload) return eof_value;
  return link_for_scheme(t, (*payload)->bytes, (*payload)->name, (*payload)->base, kept_path.get(),
                         kept_externals.get());
}

Value ImageFaslLoader::read_bytes(Thread& t, Value bytevector, int kind, Word offset, Word length,
                                  Value path, Value externals) {
  std::string const name = printed_path(path);
  if (kind != static_cast<int>(FaslCode::fasl)) {
    throw SchemeError{"",
                      kind == static_cast<int>(FaslCode::vfasl)
                          ? "found a vfasl object, which machine type pb doesn't have, in ~a"
                          : "malformed fasl-object header (missing fasl kind) found in ~a",
                      {path}};
  }
  if (!is_bytevector(bytevector) || offset > bytevector_length(bytevector) ||
      length > bytevector_length(bytevector) - offset) {
    throw SchemeError{"", "unexpected eof in fasl file ~a", {path}};
  }
  return link_for_scheme(t,
                         {bytevector_data(bytevector) + offset, static_cast<std::size_t>(length)},
                         name, 0, path, externals);
}

}  // namespace coracle
