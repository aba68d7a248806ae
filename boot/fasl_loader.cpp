#include "boot/fasl_loader.h"

#include "boot/image/fasl_file.h"
#include "boot/link.h"
#include "boot/profiles/profiles.h"
#include "vm/heap/memory/counted_memory.h"

namespace coracle {
namespace {

/// A message as the format string of a condition: its tildes stand for themselves.
SchemeError scheme_error(const Error& e) {
  std::string message;
  for (char const c : e.message) {
    message += c;
    if (c == '~') message += c;
  }
  return SchemeError{"", message, {}};
}

std::string printed_path(Value path) { return is_string(path) ? string_utf8(path) : "a port"; }

std::vector<ObjectRef> refs(Value externals) {
  std::vector<ObjectRef> result;
  if (!is_vector(externals)) return result;
  for (Word i = 0; i < vector_length(externals); ++i) result.push_back({vector_ref(externals, i)});
  return result;
}

Value link_for_scheme(Thread& t, std::span<const std::uint8_t> bytes, std::string name,
                      std::uint64_t base, Value externals) {
  Result<Value> const object = link_object(t, bytes, std::move(name), base, refs(externals));
  if (!object) throw scheme_error(object.error());
  return *object;
}

}  // namespace

Value ImageFaslLoader::read(Thread& t, int descriptor, int situation, Value path, Value externals) {
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
  DescriptorSource source(name, descriptor, DescriptorSource::Ahead::no, &memory);
  FaslFile file(source, check, &memory);
  Result<std::optional<FaslPayload>> const payload = file.next(static_cast<Situation>(situation));
  if (!payload) throw scheme_error(payload.error());
  if (!*payload) return eof_value;
  return link_for_scheme(t, (*payload)->bytes, (*payload)->name, (*payload)->base, externals);
}

Value ImageFaslLoader::read_bytes(Thread& t, Value bytevector, int kind, Word offset, Word length,
                                  Value path, Value externals) {
  std::string const name = printed_path(path);
  if (kind != static_cast<int>(FaslCode::fasl)) {
    throw SchemeError{
        "",
        kind == static_cast<int>(FaslCode::vfasl)
            ? "an object of the format vfasl, which the machine type pb doesn't have, in ~a"
            : "malformed fasl-object header (missing fasl kind) found in ~a",
        {path}};
  }
  if (!is_bytevector(bytevector) || offset > bytevector_length(bytevector) ||
      length > bytevector_length(bytevector) - offset) {
    throw SchemeError{"", "unexpected eof in fasl file ~a", {path}};
  }
  return link_for_scheme(t,
                         {bytevector_data(bytevector) + offset, static_cast<std::size_t>(length)},
                         name, 0, externals);
}

}  // namespace coracle
