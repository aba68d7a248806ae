// coracle image verify
#include <cstdio>

#include "boot/profiles/profiles.h"
#include "tools/image/fasl_verifier.h"
#include "tools/image/input.h"
#include "tools/image/output.h"
#include "tools/image/subcommands.h"
#include "vm/base/byte_reader.h"

namespace coracle::image {
namespace {

struct Row {
  ImageSection section;
  Verified verified;
  std::string
      unverified;  // "ta6le", if there is code that isn't verified because it is for that machine
  std::string error;  // empty if there is none
};

class Verifier {
 public:
  explicit Verifier(Input& input) : input_(input) {}

  void run() {
    for (;;) {
      Result<std::optional<ImageSection>> section = input_.next();
      if (!section) {
        error_ = section.error().message;
        return;
      }
      if (!*section) return;
      Row row{std::move(**section), {}, {}, {}};
      Result<void> sound = Input::holds_fasl(row.section) ? verify_objects(row) : Result<void>();
      if (!sound) row.error = sound.error().message;
      // What follows the last object has a sum, too.
      Result<void> const rest = input_.read_rest();
      if (!rest && row.error.empty()) row.error = rest.error().message;
      rows_.push_back(std::move(row));
      if (!rest) return;
    }
  }

  std::vector<std::string> errors() const {
    std::vector<std::string> errors;
    for (const Row& row : rows_) {
      if (!row.error.empty()) errors.push_back(row.error);
    }
    if (!error_.empty()) errors.push_back(error_);
    return errors;
  }
  std::string as_text() const;
  std::string as_json() const;

 private:
  Result<void> verify_objects(Row& row);
  Result<void> compare_with_image(const FaslHeader& header) const;

  Input& input_;
  std::vector<Row> rows_;
  std::string error_;  // of what is not in a section
};

Result<void> Verifier::compare_with_image(const FaslHeader& header) const {
  if (!input_.header()) return {};
  const ImageHeader& image = *input_.header();
  std::string const name = input_.contents().name(), release = release_name(header.version);
  if (release != image.release) {
    return fail(at_offset(
        name, header.version_offset,
        "found release " + release + ", expected " + image.release + ", as in the image's header"));
  }
  const Profile* const profile = find_release(header.version);
  constexpr std::uint64_t any_machine = 0;
  if (profile == nullptr || header.machine_type == any_machine) return {};
  std::string const machine = machine_type_name(*profile, header.machine_type);
  if (machine != image.machine) {
    return fail(at_offset(name, header.machine_type_offset,
                          "found machine type " + machine + ", expected " + image.machine +
                              ", as in the image's header"));
  }
  return {};
}

Result<void> Verifier::verify_objects(Row& row) {
  Objects objects(input_.contents(), input_.memory());
  bool expects_continuations = false;
  for (std::size_t compared = 0;;) {
    Result<std::optional<FaslPayload>> const object = objects.next();
    if (!object) return tl::unexpected<Error>(object.error());
    for (; compared < objects.headers().size(); ++compared) {
      Result<void> const same = compare_with_image(objects.headers()[compared]);
      if (!same) return same;
      // A base boot file needs no other.
      expects_continuations =
          row.section.kind == SectionKind::boot && objects.headers()[compared].dependencies.empty();
    }
    if (compared == 0) {
      return fail(at_offset(input_.contents().name(), 0,
                            object->has_value() ? "found an object, expected a fasl header"
                                                : "found no objects, expected a fasl header"));
    }
    if (!*object) return {};
    const FaslPayload& payload = **object;
    ByteReader in(payload.bytes, payload.name, payload.base);
    const Profile* const profile = objects.profile();
    FaslVerifier verifier(profile, expects_continuations, input_.memory());
    Result<FaslVerifier::Ref> const read =
        FaslReader<FaslVerifier>(in, verifier, {}, objects.counts_externals(), &input_.memory())
            .read();
    if (!read) return tl::unexpected<Error>(read.error());
    if (in.remaining() != 0) {
      return fail(at_offset(in.name(), in.offset(),
                            "found " + std::to_string(in.remaining()) +
                                " bytes more, expected the end of the object"));
    }
    row.verified.objects += verifier.verified().objects;
    row.verified.code += verifier.verified().code;
    row.verified.relocations += verifier.verified().relocations;
    if (profile == nullptr && verifier.verified().code != 0) {
      const FaslHeader& header = objects.headers().back();
      const Profile* const release = objects.release();
      row.unverified = release != nullptr ? machine_type_name(*release, header.machine_type)
                                          : "release " + release_name(header.version);
    }
  }
}

std::string Verifier::as_text() const {
  using enum Table::Align;
  Table table({{"name"},
               {"kind"},
               {"objects", right},
               {"code", right},
               {"relocations", right},
               {"result"}});
  Style const style;
  for (const Row& row : rows_) {
    bool const fasl = Input::holds_fasl(row.section);
    auto const count = [&](std::uint64_t n) { return fasl ? std::to_string(n) : ""; };
    std::string result = row.error.empty() ? style.good("ok") : style.bad("damaged");
    if (!row.unverified.empty()) result += ", but its code isn't verified: " + row.unverified;
    table.add({printable(row.section.name), section_kind_name(row.section.kind),
               count(row.verified.objects), count(row.verified.code),
               count(row.verified.relocations), std::move(result)});
  }
  return table.text(style);
}

std::string Verifier::as_json() const {
  Json json;
  json.open_object().field("file", input_.path()).field("ok", errors().empty());
  json.field("errors", errors()).key("sections").open_array();
  for (const Row& row : rows_) {
    json.open_object().field("name", row.section.name);
    json.field("kind", section_kind_name(row.section.kind)).field("ok", row.error.empty());
    if (Input::holds_fasl(row.section)) {
      json.field("objects", row.verified.objects).field("code", row.verified.code);
      json.field("relocations", row.verified.relocations);
      json.field("code_verified", row.unverified.empty());
    }
    if (!row.error.empty()) json.field("error", row.error);
    json.close_object();
  }
  json.close_array().close_object();
  return json.take();
}

}  // namespace

Result<int> run_verify(const Arguments& arguments) {
  Result<std::unique_ptr<Input>> const input = Input::open(arguments.operands[0]);
  if (!input) return tl::unexpected<Error>(input.error());
  Verifier verifier(**input);
  verifier.run();
  Result<void> const printed = print(arguments.json ? verifier.as_json() : verifier.as_text());
  if (!printed) return tl::unexpected<Error>(printed.error());
  std::vector<std::string> const errors = verifier.errors();
  for (const std::string& error : errors) {
    std::fprintf(stderr, "coracle image verify: %s\n", printable(error).c_str());
  }
  return errors.empty() ? 0 : 1;
}

}  // namespace coracle::image
